/** How long one build may take where nothing says how long, in milliseconds. */
export const defaultBuildTimeout = 3_600_000
