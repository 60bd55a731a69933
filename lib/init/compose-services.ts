import * as z from 'zod'
import { plainValues } from '../config/plain-values.ts'
import { readYaml } from '../config/yaml/read-yaml.ts'

/** A service of a Compose file, as far as tapit.yml can say it. */
export type ComposeService = {
  readonly name: string
  /** How its image is built; absent where it is a ready-made one. */
  readonly build?: { readonly context: string; readonly dockerfile?: string }
  readonly image?: string
  /** Ports of the container, those that are published first. */
  readonly ports: readonly number[]
  readonly command?: string | readonly string[]
  /** Names alone: their values are those of a developer's machine, or secrets. */
  readonly variables: readonly string[]
}

/** The services of a Compose file; absent where the text is none. */
export function composeServices(text: string): readonly ComposeService[] | undefined {
  const content = file.safeParse(contentOf(text))
  if (!content.success) return undefined
  return Object.entries(content.data.services).map(([name, said]) => {
    const service = form.safeParse(said)
    if (!service.success) return { name, ports: [], variables: [] }
    const { build, image, command, ports = [], expose = [], environment } = service.data
    return {
      name,
      ports: [...new Set([...ports, ...expose].flatMap(portOf))],
      variables: Array.isArray(environment)
        ? environment.map(entry => entry.replace(/=.*$/s, ''))
        : Object.keys(environment ?? {}),
      ...(build !== undefined &&
        isFolder(contextOf(build)) && { build: typeof build === 'string' ? { context: build } : build }),
      ...(image !== undefined && { image }),
      ...(hasWords(command) && { command }),
    }
  })
}

const port = z.union([
  z.string(),
  z.number(),
  z.object({ target: z.union([z.string(), z.number()]) }).transform(({ target }) => target),
])

const form = z.object({
  build: z
    .union([z.string(), z.object({ context: z.string().default('.'), dockerfile: z.string().optional() })])
    .optional(),
  image: z.string().optional(),
  command: z.union([z.string(), z.array(z.coerce.string()), z.null()]).optional(),
  ports: z.array(port).optional(),
  expose: z.array(port).optional(),
  environment: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish(),
})

/** An empty one says that the image's own is left out, which tapit.yml cannot say. */
function hasWords(
  command: string | readonly string[] | null | undefined,
): command is string | readonly string[] {
  return typeof command === 'string' ? command.trim() !== '' : (command?.length ?? 0) > 0
}

const file = z.object({ services: z.record(z.string(), z.unknown()) })

/** What can be read of it: Compose has tags of its own. */
function contentOf(text: string): unknown {
  const { root } = readYaml(text)
  return root === undefined ? undefined : plainValues(root)
}

function contextOf(build: string | { readonly context: string }): string {
  return typeof build === 'string' ? build : build.context
}

/** A context can also be the address of a repository. */
function isFolder(context: string): boolean {
  return !/^(?:\w+:\/\/|git@)|\$/.test(context)
}

/** The container's side of `8080:3000`, `127.0.0.1:8080:3000/tcp` and `3000`. */
function portOf(said: string | number): readonly number[] {
  const { port = '' } = /(?:^|:)(?<port>\d{1,5})(?:\/tcp)?$/.exec(String(said))?.groups ?? {}
  return Number(port) >= 1 && Number(port) <= 65_535 ? [Number(port)] : []
}
