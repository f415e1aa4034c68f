/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  agentRules: false,
  serverExternalPackages: ['node-pty'],
  productionBrowserSourceMaps: false,
  // No image is ever made or fetched by the server: the optimiser's route answers 404.
  images: { unoptimized: true },
}
