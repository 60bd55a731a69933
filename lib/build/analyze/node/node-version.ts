import type { Look } from '../look.ts'
import { quoted } from '../quoted.ts'
import { toolVersion } from '../tool-version.ts'
import { isAllowed } from '../version-range.ts'
import type { PackageJson } from './package-json.ts'

export type RuntimeVersion = {
  readonly version: string
  readonly reason: string
  readonly warnings: readonly string[]
}

/** An LTS line with fixes until April 2028, that packages with native modules have binaries for. */
const usual = 24
/** Before these there are no security fixes any more. */
const oldest = 22

/** What a range is satisfied by: the usual one, newer LTS lines, older ones, then the odd ones. */
const candidates = [usual, 26, 28, 30, 22, 20, 18, 16, 14, 12, 25, 27, 29, 23, 21, 19, 17, 15, 13]

const names: Readonly<Record<string, number>> = {
  'lts/*': usual,
  'lts/krypton': 24,
  'lts/jod': 22,
  'lts/iron': 20,
  'lts/hydrogen': 18,
  'lts/gallium': 16,
  node: usual,
}

/** A version manager's file is exact; "engines" is mostly a range. */
export async function nodeVersion(look: Look, { engine }: PackageJson): Promise<RuntimeVersion> {
  const named = await toolVersion(look, { files: ['.nvmrc', '.node-version'], tools: ['nodejs', 'node'] })
  const exact = named === undefined ? undefined : majorOf(named.version)
  if (named !== undefined && exact !== undefined) {
    const isRefused = engine !== undefined && !isAllowed([exact], engine)
    return answer(
      exact,
      named.from,
      isRefused
        ? [
            `${named.from} says Node ${exact}, "engines" in package.json ${quoted(engine)}: one of them is wrong`,
          ]
        : [],
    )
  }
  const allowed = engine === undefined ? undefined : candidates.find(major => isAllowed([major], engine))
  if (allowed !== undefined) return answer(allowed, '"engines" in package.json')
  return answer(usual, 'nothing says another')
}

function majorOf(version: string): number | undefined {
  const major =
    names[version.toLowerCase()] ?? Number(/^v?(?<major>\d{1,2})(?:\.|$)/.exec(version)?.groups?.['major'])
  return major >= 10 && major <= 40 ? major : undefined
}

function answer(major: number, from: string, warnings: readonly string[] = []): RuntimeVersion {
  const isOld = major < oldest || major % 2 === 1
  return {
    version: String(major),
    reason: `Node ${major}: ${from}`,
    warnings: [
      ...warnings,
      ...(isOld
        ? [`Node ${major} gets no security fixes any more: Node ${usual} does until April 2028`]
        : []),
    ],
  }
}
