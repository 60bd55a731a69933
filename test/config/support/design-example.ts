import { readFileSync } from 'node:fs'

/** The tapit.yml of the design's §7, with a certificate that is one. */
export const designExample: string = readFileSync(new URL('../fixtures/design.yml', import.meta.url), 'utf8')
