/** Where sign-in may lead: within the console only. */

/** A path within the console to go to after signing in; anything else becomes the start page. */
export function safeNext(next: string | string[] | undefined): string {
  return typeof next === 'string' && /^\/(?![/\\])[\w\-./?=&%:#]*$/u.test(next) ? next : '/'
}
