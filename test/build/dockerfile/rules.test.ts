import { describe, expect, it } from 'vitest'
import { detectedFixture, knownApps } from '../fixture-apps.ts'
import { type Instruction, stagesOf } from './instructions.ts'

/** Frameworks and languages all keep these rules; what they build is tested with an engine. */
describe.each(knownApps)('the Dockerfile of %s', app => {
  it('pins every base by its major version, and none of them to latest', async () => {
    const bases = (await stages()).map(stage => first(stage, 'FROM').replace(/ AS \w+$/, ''))

    expect(
      bases.filter(
        base => !/^[a-z-]+(?:\/[a-z-]+)?:(?:[a-z]+-)?(?:\d+|\d+\.\d+)(?:-[a-z]+[a-z0-9-]*)?$/.test(base),
      ),
    ).toEqual([])
  })

  it('runs as a user with a number that is not root’s, named after the last step that needs root', async () => {
    const last = await lastStage()
    const after = last.slice(last.findIndex(({ name }) => name === 'USER')).map(({ name }) => name)

    expect(first(last, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(after).not.toContain('RUN')
    expect(after).not.toContain('COPY')
  })

  it('starts one program without a shell of its own, and no package manager', async () => {
    const { command } = await detectedFixture(app)
    const words: unknown = JSON.parse(first(await lastStage(), 'CMD'))

    expect(words).toEqual(command)
    expect(command[0]).not.toMatch(/^(?:npm|npx|pnpm|yarn|bunx|poetry|uv|mvn|gradle)$/)
    expect(command[0] === 'sh' ? command[2] : 'exec ').toMatch(/^exec /)
  })

  it('exposes the port that was told, and checks its health there without curl', async () => {
    const { port } = await detectedFixture(app)
    const last = await lastStage()

    expect(last.filter(({ name }) => name === 'EXPOSE').map(({ value }) => value)).toEqual(
      port === undefined ? [] : [String(port)],
    )
    expect(last.filter(({ name }) => name === 'HEALTHCHECK')).toHaveLength(port === undefined ? 0 : 1)
    expect(last.find(({ name }) => name === 'HEALTHCHECK')?.value ?? '').not.toContain('curl')
  })

  it('has no ADD, no sudo, no secret and no line that fetches a frontend', async () => {
    const { dockerfile } = await detectedFixture(app)

    expect(dockerfile).not.toMatch(/^ADD |\bsudo\b|^#\s*(?:syntax|escape|check)\s*=|--allow|--privileged/m)
    expect(dockerfile).not.toMatch(/^(?:ENV|ARG) .*(?:SECRET|TOKEN|PASSWORD)/m)
  })

  it('has lines of ASCII alone, and ends with one', async () => {
    const { dockerfile, dockerignore = '' } = await detectedFixture(app)

    expect(`${dockerfile}${dockerignore}`).toMatch(/^[\x20-\x7E\n]*\n$/)
  })

  it('leaves secrets, the repository and what is built anew out of the context', async () => {
    const { dockerignore } = await detectedFixture(app)

    expect(dockerignore?.split('\n')).toEqual(expect.arrayContaining(['**/.env', '.git', '.dockerignore']))
    expect(new Set(lines(dockerignore)).size).toBe(lines(dockerignore).length)
  })

  const stages = async () => stagesOf((await detectedFixture(app)).dockerfile)
  const lastStage = async () => (await stages()).at(-1) ?? []
})

/** Apps that need nothing downloaded. */
const bare = ['node-npm', 'node-worker', 'python-script', 'static-site']

describe.each(knownApps.filter(app => !bare.includes(app)))('the packages of %s', app => {
  it('are downloaded before the sources are there, with a cache, out of the files that name them', async () => {
    const [build = []] = stagesOf((await detectedFixture(app)).dockerfile)
    const downloads = build.findIndex(({ name, value }) => name === 'RUN' && downloading.test(value))
    // What a stage takes out of another image is there before it asks for packages.
    const copies = build.filter(({ name, value }) => name === 'COPY' && !value.startsWith('--from='))

    expect(build[downloads]?.value).toContain('--mount=type=cache,target=/')
    expect(build.indexOf(copies[0] ?? absent)).toBeLessThan(downloads)
    expect(copies[0]?.value).toMatch(
      /^(?:package\.json|requirements\.txt|pyproject\.toml|go\.mod|Gemfile|pom\.xml|build\.gradle)/,
    )
    expect(
      copies
        .slice(1)
        .map(({ value }) => value)
        .filter(value => value !== '. .'),
    ).toEqual([])
    expect(build.slice(0, downloads).map(({ value }) => value)).not.toContain('. .')
  })

  it('are installed in a stage whose compilers and caches stay behind', async () => {
    const [build = [], last = [], ...others] = stagesOf((await detectedFixture(app)).dockerfile)

    expect(others).toEqual([])
    expect(first(build, 'FROM')).toMatch(/ AS build$/)
    expect(last.filter(({ name, value }) => name === 'COPY' && value.startsWith('--from=build'))).not.toEqual(
      [],
    )
    expect(last.filter(({ name, value }) => name === 'RUN' && downloading.test(value))).toEqual([])
  })
})

const absent: Instruction = { name: '', value: '' }

const downloading =
  /\b(?:npm (?:ci|install)(?! --global)|pnpm install|yarn (?:install|workspaces)|bun install|pip install -r|poetry install|uv (?:sync|pip)|go mod download|bundle install|mvn .*dependency:go-offline|gradle .*dependencies)/

function first(stage: readonly Instruction[], wanted: string): string {
  const found = stage.filter(({ name }) => name === wanted)
  if (found.length !== 1) throw new Error(`${found.length} ${wanted} in a stage`)
  return found[0]?.value ?? ''
}

function lines(text: string | undefined): readonly string[] {
  return (text ?? '').split('\n').filter(line => line !== '' && !line.startsWith('#'))
}
