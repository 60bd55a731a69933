import * as z from 'zod'

/** Compartment's two files, as far as tapit must understand them; a key that Compartment does not know is refused here too. */

const text = z.string().min(1)
const names = z.array(text)
const anything = z.unknown().optional()

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, {
  error: 'a name takes 1 to 63 lower-case letters, digits and hyphens, and begins with a letter',
})

const serviceName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, {
  error:
    'a name takes 1 to 63 lower-case letters, digits, hyphens and underscores, and begins with a letter or digit',
})

const build = z.strictObject({
  strategy: z.enum(['auto', 'dockerfile', 'railpack']).optional(),
  command: text.optional(),
  env: names.optional(),
  include: names.optional(),
  outputDirectory: text.optional(),
  packages: z.strictObject({ build: names.optional(), runtime: names.optional() }).optional(),
})

const run = z.strictObject({
  command: text.optional(),
  restart: z
    .strictObject({
      policy: z.enum(['no', 'on-failure', 'unless-stopped']),
      maxRetries: z.int().min(1).optional(),
    })
    .optional(),
})

const service = z.strictObject({
  path: text,
  kind: z.enum(['web', 'api', 'static', 'worker', 'job', 'cron']).optional(),
  accessMode: z.enum(['authenticated', 'public']).optional(),
  ports: z.array(z.int().min(1).max(65_535)).min(1).optional(),
  build: build.optional(),
  run: run.optional(),
  release: z.strictObject({ command: text }).optional(),
  readiness: z
    .strictObject({
      type: z.literal('http'),
      path: text.optional(),
      timeoutMs: z.int().min(1).max(300_000).optional(),
    })
    .optional(),
  connections: z.record(z.string(), z.strictObject({ env: z.record(z.string(), z.string()) })).optional(),
})

/** tapit makes no databases: what a resource says is kept as a comment, so its keys are known and its values are not looked at. */
const resource = z.strictObject({
  preset: anything,
  image: anything,
  command: anything,
  env: anything,
  generatedVariables: anything,
  operations: anything,
  outputs: anything,
  ports: anything,
  readiness: anything,
  restart: anything,
  volumes: anything,
})

/** compartment.yml, its services in their long form. */
export const compartmentSchema = z.strictObject({
  name,
  services: z.record(serviceName, service),
  resources: z.record(serviceName, resource).optional(),
})

const path = z.string().startsWith('/', { error: 'a path begins with "/"' })

/** compartment.routes.yml. */
export const compartmentRoutesSchema = z.strictObject({
  version: z.literal(1),
  routes: z
    .array(
      z.strictObject({
        on: serviceName,
        path,
        to: serviceName,
        methods: z
          .array(z.enum(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']))
          .min(1)
          .optional(),
        stripPrefix: path.optional(),
        replacePrefix: path.optional(),
        rewrite: path.optional(),
      }),
    )
    .min(1),
})

export type CompartmentService = z.infer<typeof service>
export type Compartment = z.infer<typeof compartmentSchema>
export type CompartmentRoute = z.infer<typeof compartmentRoutesSchema>['routes'][number]
