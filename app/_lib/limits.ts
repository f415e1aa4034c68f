/** Limits of the protocol that the page shows before asking; kept apart so that no decoder is loaded for them. */

/** Longest text of the target field: the same number as `TARGET_TEXT_MAX` of the request decoder (a test compares them). */
export const TARGET_TEXT_MAX = 2048

/** Shortest password: the same number as the request decoder's (a test compares them). */
export const PASSWORD_MIN = 12
