import type { Stuck } from './finding.ts'
import type { Look } from './look.ts'
import { quoted } from './quoted.ts'

/** Files that say in what an app is written, where we know no more of it. */
const marks: readonly (readonly [file: RegExp, of: string])[] = [
  [/^Cargo\.toml$/, 'Rust'],
  [/^(?:composer\.json|index\.php|artisan)$/, 'PHP'],
  [/\.(?:csproj|fsproj|sln|slnx)$/, '.NET'],
  [/^mix\.exs$/, 'Elixir'],
  [/^build\.sbt$/, 'Scala'],
  [/^(?:deps\.edn|project\.clj)$/, 'Clojure'],
  [/^Package\.swift$/, 'Swift'],
  [/^pubspec\.yaml$/, 'Dart'],
  [/^deno\.jsonc?$/, 'Deno'],
  [/^_config\.yml$/, 'Jekyll'],
  [/^hugo\.(?:toml|yaml|json)$/, 'Hugo'],
  [/^mkdocs\.yml$/, 'MkDocs'],
]

/** What it is can be said, though not how it runs; without this the pages of such an app would be taken for all of it. */
export async function otherLanguage(look: Look): Promise<Stuck | undefined> {
  const files = (await look.entries('.')).filter(({ kind }) => kind === 'file').map(({ name }) => name)
  for (const [pattern, of] of marks) {
    const file = files.find(name => pattern.test(name))
    if (file !== undefined)
      return {
        is: 'stuck',
        why: `${quoted(file).slice(1, -1)} is of ${of}, for which tapit has no Dockerfile`,
      }
  }
  return undefined
}
