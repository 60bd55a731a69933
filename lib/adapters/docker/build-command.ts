import { stat } from 'node:fs/promises'
import { readFile } from 'node:fs/promises'
import type { BuildSecret, ImageBuild } from '../../build/ports.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Variables } from './variables.ts'

/** BuildKit takes no more. */
const largestSecret = 500 * 1024

/** What to run, and in which environment: nothing secret stands in the arguments, where every user of the machine can read it. */
export type BuildCommand = {
  readonly argv: readonly string[]
  readonly env: Variables
  /** Values that must not be shown wherever they turn up. */
  readonly secretValues: readonly string[]
}

export async function buildCommand(
  wanted: ImageBuild,
  {
    env,
    metadataFile,
    builder,
  }: { readonly env: Variables; readonly metadataFile: string; readonly builder?: string },
): Promise<BuildCommand> {
  const secrets = await Promise.all(wanted.secrets.map((secret, index) => given(secret, index, env)))
  const argv = [
    'buildx',
    'build',
    ...(builder === undefined ? [] : [`--builder=${builder}`]),
    '--progress=rawjson',
    // `max` would publish the values of the build's arguments with the image.
    '--provenance=mode=min',
    '--push',
    `--metadata-file=${metadataFile}`,
    `--file=${wanted.dockerfile}`,
    `--tag=${wanted.reference}`,
    ...(wanted.target === undefined ? [] : [`--target=${wanted.target}`]),
    ...(wanted.platforms.length === 0 ? [] : [`--platform=${wanted.platforms.join(',')}`]),
    ...Object.entries(wanted.labels).map(([name, value]) => `--label=${name}=${value}`),
    ...Object.entries(wanted.args).map(([name, value]) => `--build-arg=${argOf(name, value, env)}`),
    ...secrets.map(({ option }) => `--secret=${option}`),
    ...Object.entries(wanted.contexts).map(([name, source]) => `--build-context=${name}=${source}`),
    ...cacheOptions(wanted),
    wanted.context,
  ]
  return {
    argv,
    env: {
      ...env,
      ...Object.assign({}, ...secrets.map(secret => secret.env)),
      // Nobody reads the provenance in the metadata file, and it can be large.
      BUILDX_METADATA_PROVENANCE: 'disabled',
    },
    secretValues: secrets.flatMap(({ values }) => values),
  }
}

/** BuildKit ignores a cache that is not there; one that cannot be written is told as a line, for the image is there. */
function cacheOptions({ cache }: ImageBuild): readonly string[] {
  if (cache === undefined) return []
  if (cache.kind === 'gha')
    return [
      `--cache-from=type=gha,${field('scope', cache.scope)}`,
      `--cache-to=type=gha,${field('scope', cache.scope)},mode=max,ignore-error=true`,
    ]
  const place = `type=registry,${field('ref', cache.reference)}`
  return [
    `--cache-from=${place}`,
    // ECR takes the cache only as an image manifest: https://aws.amazon.com/blogs/containers/announcing-remote-cache-support-in-amazon-ecr-for-buildkit-clients/
    `--cache-to=${place},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
  ]
}

/** Docker reads these options as lines of CSV. */
function field(name: string, value: string): string {
  const text = `${name}=${value}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Docker takes the value of an argument without `=` out of its environment. Nothing is put there: a tapit.yml, be it that of a clone, could set
 * what Docker, its credential helpers or the shells around them obey (LD_PRELOAD, BASH_ENV, NODE_OPTIONS, …).
 */
function argOf(name: string, value: string, env: Variables): string {
  return env[name] === value ? name : `${name}=${value}`
}

type Given = { readonly option: string; readonly env: Variables }

async function given(
  secret: BuildSecret,
  index: number,
  env: Variables,
): Promise<Given & { readonly values: readonly string[] }> {
  if ('file' in secret) {
    const values = await secretFile(secret)
    return { option: `${field('id', secret.id)},${field('src', secret.file)}`, env: {}, values }
  }
  const value = env[secret.variable]
  if (value === undefined || value === '') throw notSet(secret)
  // A name of our own: the variable may be one that Docker or its helpers obey.
  const name = `TAPIT_BUILD_SECRET_${index}`
  return { option: `${field('id', secret.id)},env=${name}`, env: { [name]: value }, values: linesOf(value) }
}

async function secretFile({ id, file }: Extract<BuildSecret, { file: string }>): Promise<readonly string[]> {
  try {
    const found = await stat(file)
    if (!found.isFile()) throw new Error('it is no file')
    if (found.size > largestSecret)
      throw new Error(`it has ${Math.ceil(found.size / 1024)} KB, and BuildKit takes 500`)
    return linesOf(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new Refusal({
      code: 'build_secret_missing',
      message: `the build secret ${id} cannot be read from ${file}: ${reasonOf(cause)}.`,
      advice: 'Put the file there, or change build.secrets in tapit.yml. Nothing was built.',
      cause,
    })
  }
}

function notSet({ id, variable }: Extract<BuildSecret, { variable: string }>): Refusal {
  return new Refusal({
    code: 'build_secret_missing',
    message: `the build secret ${id} comes from the variable ${variable}, which is not set or empty.`,
    advice: `Set ${variable} where tapit runs, or change build.secrets in tapit.yml. Nothing was built.`,
  })
}

/** A value of several lines is shown line by line. Shorter ones would turn up by chance. */
function linesOf(value: string): readonly string[] {
  return value
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line.length >= 6)
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it is not there'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  return cause instanceof Error ? cause.message : String(cause)
}
