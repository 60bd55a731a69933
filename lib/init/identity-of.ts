import { Refusal } from '../names/refusal.ts'
import type { Identity } from './draft.ts'
import type { Proposals } from './propose.ts'
import { type Answer, answers, regionOfCertificate, wrongAnswer } from './wrong-answer.ts'

/** What was said by keys; what is absent is left to what was found. */
export type Said = { readonly [answer in Answer]?: string }

/** The app as keys and the folder say it. */
export function identityOf(said: Said, proposals: Proposals): Identity {
  for (const what of answers) refuseWrong(what, said[what])
  const { domain, certificate } = said
  if (certificate !== undefined && domain === undefined)
    throw new Refusal({
      code: 'missing_value',
      exit: 'usage',
      message: 'certificate= needs domain=.',
      advice: 'tapit init domain=shop.example.com certificate=arn:aws:acm:…',
    })
  const region = said.region ?? (certificate && regionOfCertificate(certificate)) ?? proposals.region?.value
  const github = said.github ?? proposals.github?.value
  if (certificate !== undefined) refuseElsewhere(certificate, region)
  return {
    app: said.app ?? proposals.app.value,
    ...(region !== undefined && { region }),
    ...(github !== undefined && { github }),
    ...(domain !== undefined && {
      domain: { name: domain, ...(certificate !== undefined && { certificate }) },
    }),
  }
}

function refuseWrong(what: Answer, value: string | undefined): void {
  const why = value === undefined ? undefined : wrongAnswer(what, value)
  if (why === undefined) return
  throw new Refusal({
    code: 'value_not_allowed',
    exit: 'usage',
    message: `${what === 'app' ? '--app' : `${what}=`} cannot be ${JSON.stringify(value)}: ${why}.`,
    advice: 'Nothing was written.',
  })
}

function refuseElsewhere(certificate: string, region: string | undefined): void {
  const itsRegion = regionOfCertificate(certificate)
  if (region === itsRegion) return
  throw new Refusal({
    code: 'value_not_allowed',
    exit: 'usage',
    message: `the certificate is in ${itsRegion ?? 'another region'}, the app in ${region ?? 'none'}; a load balancer takes certificates of its own region.`,
    advice: `Request one in ${region ?? 'the region'}, or say region=${itsRegion ?? ''}.`,
  })
}
