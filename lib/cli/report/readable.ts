/** Prose is not drawn wider than this, and what is set to the right does not go beyond it: long lines are hard to read. */
export const readable = 110
