import * as z from 'zod'
import { schema } from '../config/schema.ts'
import { mendedAppName } from './mended-name.ts'

const { app, region, github, domain } = schema.shape
const parts = {
  app,
  region,
  github,
  domain: domain.unwrap().shape.name,
  certificate: domain.unwrap().shape.certificate,
}

export type Answer = keyof typeof parts
export const answers: readonly Answer[] = ['app', 'region', 'github', 'domain', 'certificate']

/** What is wrong with an answer, as a sentence without its end; absent where tapit.yml takes it. */
export function wrongAnswer(what: Answer, value: string): string | undefined {
  const { error } = z.safeParse(parts[what], value)
  if (error !== undefined) return error.issues[0]?.message ?? 'it is not allowed'
  const other = what === 'app' ? mendedAppName(value) : value
  return other === value ? undefined : `AWS or tapit needs that name; ${other ?? 'another'} would do`
}

/** A certificate is good for load balancers of its own region. */
export function regionOfCertificate(certificate: string): string | undefined {
  return certificate.split(':')[3]
}
