/** A module of its own: loaded directly when it is needed, a CommonJS package has no named exports in esbuild's bundle. */
export { frameworkList } from '@vercel/frameworks'
