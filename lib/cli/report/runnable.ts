import type { View } from './view.ts'

/** The text with its commands as they must be typed here: what was done in the sandbox must not go on in AWS. */
export function runnable(text: string, { isSandbox }: Pick<View, 'isSandbox'>): string {
  return isSandbox === true ? text.replaceAll('tapit -a ', 'tapit --sandbox -a ') : text
}
