/** A signed-in person looks at their own link as a guest would: `as=guest` in the address. The server then ignores who they are. */

/** True in such a preview. For code that runs in the browser only. */
export const asGuest = (): boolean => typeof location !== 'undefined' && new URLSearchParams(location.search).get('as') === 'guest'

/** Headers that go with every call of a preview. */
export const guestHeaders = (): Record<string, string> => (asGuest() ? { 'x-hopscope-as': 'guest' } : {})
