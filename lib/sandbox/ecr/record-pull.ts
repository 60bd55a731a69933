import type { ImageState } from './state.ts'

/**
 * Notes that an image was pulled. ECR promises no more than to refresh the time "at least once every 24 hours", so whoever
 * relies on it must do with one that is as old: no later pull is noted within that time.
 */
export function recordPull(image: ImageState, at: number): void {
  if (image.pulledAt === undefined || at - image.pulledAt >= refreshedEvery) image.pulledAt = at
}

const refreshedEvery = 24 * 60 * 60 * 1000
