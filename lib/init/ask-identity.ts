import type { Identity } from './draft.ts'
import type { Proposals } from './propose.ts'
import { type Answer, regionOfCertificate, wrongAnswer } from './wrong-answer.ts'

/** Puts a question to whoever sits at the terminal, and answers with what was typed. */
export type Ask = (question: string) => Promise<string>

/** Asks what the app is called and where it lives. An empty answer takes what was found, `-` leaves it out. */
export async function askIdentity(proposals: Proposals, ask: Ask): Promise<Identity> {
  const app = await answerTo(
    { what: 'app', question: `${instruction}\nName of the app`, proposed: proposals.app.value, needed: true },
    ask,
  )
  const region = await answerTo(
    { what: 'region', question: 'AWS region', proposed: proposals.region?.value },
    ask,
  )
  const github = await answerTo(
    {
      what: 'github',
      question: 'GitHub repository whose Actions may deploy (owner/name)',
      proposed: proposals.github?.value,
    },
    ask,
  )
  const name = await answerTo({ what: 'domain', question: 'Domain' }, ask)
  const certificate = name === undefined ? undefined : await certificateFor(name, { region, ask })
  const itsRegion = region ?? (certificate && regionOfCertificate(certificate))
  return {
    app: app ?? proposals.app.value,
    ...(itsRegion !== undefined && { region: itsRegion }),
    ...(github !== undefined && { github }),
    ...(name !== undefined && { domain: { name, ...(certificate !== undefined && { certificate }) } }),
  }
}

const instruction = 'Enter takes what stands in brackets, "-" leaves it out.'

type Question = {
  readonly what: Answer
  readonly question: string
  readonly proposed?: string
  /** Cannot be left out. @default false */
  readonly needed?: boolean
  /** What else is wrong with an answer. */
  readonly wrong?: (answer: string) => string | undefined
}

async function answerTo(
  { what, question, proposed, needed = false, wrong }: Question,
  ask: Ask,
): Promise<string | undefined> {
  const text = `${question} [${proposed ?? 'none'}]: `
  for (let problem = ''; ;) {
    const answer = (await ask(`${problem}${text}`)).trim()
    if (answer === '' && (proposed !== undefined || !needed)) return proposed
    if (answer === '-' && !needed) return undefined
    const why = wrongAnswer(what, answer) ?? wrong?.(answer)
    if (why === undefined) return answer
    problem = `  Not allowed: ${why}.\n`
  }
}

type Surroundings = { readonly region: string | undefined; readonly ask: Ask }

function certificateFor(domain: string, { region, ask }: Surroundings): Promise<string | undefined> {
  return answerTo(
    {
      what: 'certificate',
      question: `ARN of the certificate for ${domain} in ACM`,
      wrong: certificate => {
        const itsRegion = regionOfCertificate(certificate)
        return region === undefined || itsRegion === region
          ? undefined
          : `it must be in ${region}, and is in ${itsRegion ?? 'none'}`
      },
    },
    ask,
  )
}
