import { stripVTControlCharacters } from 'node:util'

/** What Git or a server says, without what a terminal obeys and without user and password of any URL in it. */
export function withoutCredentials(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1')
}
