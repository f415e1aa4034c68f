/** First thing the Tab key reaches. */
export function SkipLink({ href, children }: { href: string; children: string }) {
  return <a href={href} className="sr-only focus:not-sr-only focus:fixed focus:left-2 focus:top-2 focus:z-50 focus:rounded-ctl focus:bg-raised focus:px-3 focus:py-2 focus:text-text-1 focus:shadow-float">{children}</a>
}
