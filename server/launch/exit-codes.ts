/** Exit codes by which a child tells the launcher whether starting it again can help. */

/** A setting or the machine is wrong: starting again would fail the same way (sysexits' EX_CONFIG). */
export const EXIT_SETTING = 78
