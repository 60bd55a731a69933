/**
 * Stands in for the package `level` in the bundle (an alias of scripts/build.mjs): dynalite asks for it at load, but uses it only
 * for tables on disk, and it is a native module.
 */
export const Level: undefined = undefined
