/** Base64 to bytes, in the browser. */

/** Throws for text that is not base64; callers treat that like any damaged batch. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text)
  const out = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i)
  return out
}
