import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../lib/config/read-config.ts'
import { Refusal } from '../../lib/names/refusal.ts'

const certificate = 'arn:aws:acm:eu-west-1:111122223333:certificate/1'

const seniors = 'approverRole: { assumedBy: ["arn:aws:iam::111122223333:role/senior"] }'

describe('checks over all environments', () => {
  it.each([
    {
      what: 'an override at the override',
      file: `app: shop
environments:
  production:
  staging: { processes: { default: { strategy: slow } } }
processes: { default: }
`,
      says: 'tapit.yml:4:48: environments.staging.processes.default.strategy: there is no strategy "slow".',
    },
    {
      what: 'what an override brings about where the override is',
      file: `app: shop
environments:
  production:
  staging: { processes: { worker: { cpu: 1024 } } }
processes: { worker: { cpu: 256, memory: 512 } }
`,
      says: 'tapit.yml:4:42: environments.staging.processes.worker.cpu: Fargate has no task with cpu 1024 and memory 512.',
    },
    {
      what: 'a variable that an environment has among its secrets',
      file: `app: shop
environments:
  staging: { processes: { worker: { secrets: { DB: ssm:/db } } } }
processes: { worker: { env: { DB: x } } }
`,
      says: 'tapit.yml:4:31: processes.worker.env.DB: this variable is among the secrets too.',
    },
    {
      what: 'a certificate of another account',
      file: `app: shop
domain: { name: shop.example.com, certificate: "${certificate}" }
environments:
  production: { account: "444455556666" }
processes: { default: }
`,
      says: `tapit.yml:2:48: domain.certificate: "${certificate}" is not allowed in production: it is in the account 111122223333. Allowed: one in the account 444455556666;`,
    },
    {
      what: 'one record for two environments',
      file: `app: shop
domain: { name: shop.example.com, certificate: "${certificate}", zone: Z123 }
environments:
  production:
  staging:
processes: { default: , admin: { host: admin.example.com } }
`,
      says: 'tapit.yml:5:3: environments.staging: "admin.example.com" is a host of production already.',
    },
    {
      what: 'an environment that a group names and that there is not',
      file: `app: shop
environments: { eu: , us: }
groups: { everywhere: [eu, uk] }
processes: { default: }
`,
      says: 'tapit.yml:3:28: groups.everywhere[1]: there is no environment "uk".',
    },
    {
      what: 'a group that is called like an environment',
      file: `app: shop
environments: { eu: , us: }
groups: { eu: [eu, us] }
processes: { default: }
`,
      says: 'tapit.yml:3:11: groups.eu: is the name of an environment, too.',
    },
    {
      what: 'an environment that is twice in a group',
      file: `app: shop
environments: { eu: , us: }
groups: { everywhere: [eu, eu] }
processes: { default: }
`,
      says: 'tapit.yml:3:28: groups.everywhere[1]: "eu" stands there twice.',
    },
    {
      what: 'enforced deployments that nobody could approve',
      file: enforced(
        'production: { enforced: true }',
        '[{ name: yes, effect: require_approval, approvers: ["*"] }]',
      ),
      says: 'tapit.yml:2:41: environments.production.enforced: true is not allowed without an approverRole: nobody could start a deployment.',
    },
    {
      what: 'a role of approvers where nothing is enforced',
      file: enforced(`production: { ${seniors} }`, '[]'),
      says: 'tapit.yml:2:31: environments.production.approverRole: is not allowed without `enforced: true`, which makes that role.',
    },
    {
      what: 'enforced deployments that no policy asks about',
      file: enforced(
        `production: { enforced: true, ${seniors} }, staging:`,
        '[{ name: yes, effect: require_approval, approvers: ["*"], environments: [staging] }]',
      ),
      says: 'tapit.yml:2:41: environments.production.enforced: true is not allowed without a policy that asks for an approval of every deployment here. Allowed:',
    },
    ...[
      'triggers: [manual]',
      'callers: ["*"]',
      'processes: [default]',
      'exceptGitRefs: [main]',
      'severity: critical',
      'until: 2027-01-02T00:00:00Z',
      'override: true',
    ].map(condition => ({
      what: `enforced deployments of which a policy lets some pass: ${condition}`,
      file: enforced(
        `production: { enforced: true, ${seniors} }`,
        `[{ name: yes, effect: require_approval, approvers: ["*"], ${condition} }]`,
      ),
      says: 'tapit.yml:2:41: environments.production.enforced: true is not allowed without a policy that asks for an approval of every deployment here: yes can be gone past.',
    })),
    {
      what: 'enforced deployments whose approvers have another role',
      file: enforced(
        `production: { enforced: true, account: "111122223333", ${seniors} }`,
        '[{ name: yes, effect: require_approval, approvers: ["111122223333:role/senior", "444455556666:role/tapit-approve-shop"] }]',
      ),
      says: 'tapit.yml:2:41: environments.production.enforced: true is not allowed where nobody could approve: the approvers of yes do not name the role that approvals are given with. Allowed: with "111122223333:role/tapit-approve-shop" among them.',
    },
    {
      what: 'the role that asks among the approvers',
      file: enforced(
        'production: { enforced: true, approverRole: { assumedBy: ["arn:aws:iam::111122223333:role/tapit-deploy-shop"] } }',
        '[{ name: yes, effect: require_approval, approvers: ["*"] }]',
      ),
      says: 'tapit.yml:2:75: environments.production.approverRole.assumedBy[0]: "arn:aws:iam::111122223333:role/tapit-deploy-shop" is not allowed: it is the role that asks. Allowed: those of people.',
    },
    {
      what: 'a promotion from the environment itself',
      file: enforced('production: { promotesFrom: [production] }, staging:', '[]'),
      says: 'tapit.yml:2:46: environments.production.promotesFrom[0]: there is no other environment "production".',
    },
    {
      what: 'a promotion from another account',
      file: enforced(
        'production: { account: "111122223333", promotesFrom: [staging] }, staging: { account: "444455556666" }',
        '[]',
      ),
      says: 'tapit.yml:2:71: environments.production.promotesFrom[0]: "staging" is not allowed: it is in the account 444455556666, production in 111122223333,',
    },
    {
      what: 'more processes than a stack holds',
      file: `app: shop\nprocesses:\n${named(101).join('')}`,
      says: 'tapit.yml:2:1: processes: 101 are too many. Allowed: 100;',
    },
    {
      what: 'more target groups than a load balancer holds',
      file: `app: shop\nroutes:\n${named(51, name => `  - { on: default, path: /${name}, to: ${name} }\n`).join('')}processes:\n  default:\n${named(51, name => `  ${name}: { kind: api }\n`).join('')}`,
      says: 'tapit.yml:2:1: routes: the load balancer of production would need 104 target groups. Allowed: 100;',
    },
  ])('point at $what', ({ file, says }) => {
    expect(
      messageOf(file)
        .split('\n')
        .map(line => line.slice(0, says.length)),
    ).toContain(says)
  })

  it('say once what is wrong in every environment', () => {
    const file = 'app: shop\nenvironments: { a: , b: , c: }\nprocesses:\n  worker: { strategy: canary }\n'

    expect(messageOf(file).split('\n')).toHaveLength(1)
  })

  it.each([
    [
      'one cluster name in two accounts',
      'environments: { production: { account: "111122223333" }, test: { account: "444455556666", cluster: shop } }\nprocesses: { default: }',
    ],
    [
      'one cluster name in two accounts',
      'environments: { production: { account: "111122223333" }, test: { account: "444455556666", cluster: shop } }\nprocesses: { default: }',
    ],
    [
      'enforced deployments that a policy asks about, and others that ask about less',
      `environments: { production: { enforced: true, ${seniors} } }\npolicies:\n  - { name: yes, effect: require_approval, approvers: ["*:role/tapit-approve-shop"], environments: [production], approvals: 2 }\n  - { name: more, effect: require_approval, approvers: ["*:role/cto"], severity: critical, override: true }\nprocesses: { default: }`,
    ],
    [
      'promotions within an account, into another region',
      'environments: { production: { promotesFrom: [staging], region: us-east-1 }, staging: }\nprocesses: { default: }',
    ],
    ['web processes on Fargate Spot', 'processes: { default: { spot: true } }'],
    ['blue_green for workers', 'processes: { worker: { strategy: blue_green } }'],
    [
      'two images of one folder',
      'processes: { default: { path: . }, worker: { path: ., dockerfile: worker.Dockerfile } }',
    ],
    ['a dockerfile of the shared image', 'processes: { default: { dockerfile: web.Dockerfile } }'],
    ['no tasks at all', 'processes: { default: { count: 0 } }'],
    [
      'a built-in strategy with settings of its own',
      'processes: { default: { strategy: canary } }\nstrategies: { canary: { type: canary, canaryPercent: 20 } }',
    ],
    [
      'all strategies of a process behind one rule that changes the path',
      'processes: { default: , api: { kind: api, strategy: linear } }\nroutes: [{ on: default, path: "/api/*", to: api, replacePrefix: /, methods: [GET, POST] }]',
    ],
    [
      'a narrower route before a wider one, and the same path with other methods',
      'processes: { default: , api: { kind: api } }\nroutes:\n - { on: default, path: /api/x, to: api, methods: [GET] }\n - { on: default, path: /api/x, to: default, methods: [GET, POST] }\n - { on: default, path: "/api/*", to: api }\n - { on: default, path: /apix, to: api }',
    ],
    [
      'a certificate of the region that the environment has',
      `region: us-east-1\nenvironments: { production: { region: eu-west-1 } }\ndomain: { name: a.example.com, certificate: "${certificate}" }\nprocesses: { default: }`,
    ],
  ])('take %s', (_, file) => {
    expect(parseConfig(`app: shop\n${file}\n`, 'tapit.yml').settings.app).toBe('shop')
  })
})

function named(amount: number, line = (name: string): string => `  ${name}:\n`): readonly string[] {
  return Array.from({ length: amount }, (_, index) => line(`p${index}`))
}

function messageOf(file: string): string {
  try {
    parseConfig(file, 'tapit.yml')
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
  throw new Error('it was not refused')
}

function enforced(environments: string, policies: string): string {
  return `app: shop\nenvironments: { ${environments} }\npolicies: ${policies}\nprocesses: { default: }\n`
}
