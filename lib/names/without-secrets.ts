/**
 * A text of somebody's, without what could be a secret in it: who signs in by a URL (`https://ada:hunter2@host`), and what stands after a
 * name such as `token=` or `password:`. Where it is unclear, it goes: a reason can lose a word, a log cannot.
 */
export function withoutSecrets(text: string): string {
  return text.replaceAll(signIn, '://…@').replaceAll(named, '$<name>…')
}

/** A password may hold what should have been encoded. */
const signIn = /:\/\/[^/?#\s'"]+@/g

const words = [
  'token',
  'secret',
  'passw(?:or)?d',
  'pwd',
  'passphrase',
  'api[_-]?key',
  'access[_-]?key',
  'private[_-]?key',
  'credentials?',
  'signature',
  'authorization',
]
/** As whole words or at the end of one, `GITHUB_TOKEN`; not in an ARN. A page of a list is no secret. */
const named = new RegExp(
  `(?<name>(?<![\\w:-])(?!next_token=)[\\w-]{0,64}(?:${words.join('|')})["']?[ ]?[=:][ ]?["']?(?:bearer )?)[^\\s"'&,;]+`,
  'gi',
)
