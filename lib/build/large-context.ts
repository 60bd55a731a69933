import type { ContextSize } from './ports.ts'

/** 500 MB: beyond it, sending the context is what a build waits for. BuildKit sends only what the Dockerfile copies, and of that what has changed. */
const largeContext = 500 * 1000 * 1000

export function isLarge({ bytes }: Pick<ContextSize, 'bytes'>): boolean {
  return bytes > largeContext
}
