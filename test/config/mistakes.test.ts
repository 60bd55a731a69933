import { describe, expect, it } from 'vitest'
import { mistakesOf, showConfig } from './support/show-config.ts'

type Wrong = {
  readonly what: string
  readonly file: string
  /** Line, column, key, what came in, what is allowed; one a mistake, in the order of the file. */
  readonly says: readonly string[]
}

const somebody =
  'somebody is written as <account>:role/<name> or <account>:user/<name>, the name without its path, the account with its 12 digits; * stands for any characters.'

describe('tapit.yml', () => {
  describe('the top of the file', () => {
    it.each<Wrong>([
      {
        what: 'a missing app, mistyped',
        file: lines('ap: shop', 'processes:', '  default:'),
        says: [
          '1:1: app: is missing. Allowed: a text.',
          '1:1: ap: unknown key. Did you mean app? Allowed: $schema, app, region, github, githubProvider, network, domain, notify, alarms, environments, groups, processes, routes, schedules, strategies, policies, release, images, build.',
        ],
      },
      {
        what: 'a name in upper case',
        file: lines('app: Shop', 'processes:', '  default:'),
        says: [
          '1:6: app: "Shop" is not allowed: the name of an app takes 1 to 63 lower-case letters, digits and hyphens; it begins with a letter and ends with a letter or digit.',
        ],
      },
      {
        what: 'a name that is a number',
        file: lines('app: 123', 'processes:', '  default:'),
        says: ['1:6: app: 123 is not allowed. Allowed: a text. Write it in quotes.'],
      },
      {
        what: "tapit's own name",
        file: lines('app: tapit', 'processes:', '  default:'),
        says: [
          '1:6: app: "tapit" is not allowed: tapit\'s own stack and table have this name. Allowed: any other.',
        ],
      },
      {
        what: 'a name that ECR refuses',
        file: lines('app: a--b', 'processes:', '  default:'),
        says: [
          '1:6: app: "a--b" is not allowed: ECR wants no repository with such a name. Allowed: 2 characters or more, with single hyphens and underscores between letters and digits.',
        ],
      },
      {
        what: 'no processes',
        file: lines('app: shop'),
        says: ['1:1: processes: is missing. Allowed: names, each followed by ":" and what it stands for.'],
      },
      {
        what: 'nothing under processes',
        file: lines('app: shop', 'processes: {}'),
        says: ['2:1: processes: no process. Allowed: one or more, such as `default: {}`.'],
      },
      {
        what: 'a repository without its owner',
        file: lines('app: shop', 'processes:', '  default:', 'github: shop'),
        says: [
          '4:9: github: "shop" is not allowed: a repository is written as owner/name, or with its ids as owner@1234/name@5678.',
        ],
      },
      {
        what: 'a mistyped choice',
        file: lines('app: shop', 'processes:', '  default:', 'githubProvider: creat'),
        says: [
          '4:17: githubProvider: "creat" is not allowed. Did you mean create? Allowed: create, existing.',
        ],
      },
      {
        what: 'a command that is a text',
        file: lines('app: shop', 'processes:', '  default:', 'release: { command: npm run migrate }'),
        says: [
          '4:21: release.command: "npm run migrate" is not allowed. Allowed: a list, each of it a text.',
        ],
      },
      {
        what: 'an address that is none',
        file: lines('app: shop', 'processes:', '  default:', 'notify: { emails: [me] }'),
        says: ['4:20: notify.emails[0]: "me" is not allowed. Allowed: an e-mail address.'],
      },
      {
        what: 'a VPC by its name',
        file: lines('app: shop', 'processes:', '  default:', 'network: { vpc: my-vpc, zones: 1 }'),
        says: [
          '4:17: network.vpc: "my-vpc" is not allowed: it is "new", or the id of a VPC such as vpc-0123456789abcdef0.',
          '4:32: network.zones: 1 is not allowed. Allowed: a whole number from 2 to 6.',
        ],
      },
      {
        what: 'a domain without a certificate',
        file: lines('app: shop', 'processes:', '  default:', 'domain: { name: Shop.example.com }'),
        says: [
          '4:1: domain.certificate: is missing. Allowed: a text.',
          '4:17: domain.name: "Shop.example.com" is not allowed: a domain is written in lower case, such as shop.example.com.',
        ],
      },
      {
        what: 'a certificate of another region',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'region: eu-west-1',
          'domain: { name: a.example.com, certificate: "arn:aws:acm:us-east-1:111122223333:certificate/x" }',
        ),
        says: [
          '5:45: domain.certificate: "arn:aws:acm:us-east-1:111122223333:certificate/x" is not allowed in production: it is in us-east-1. Allowed: one in eu-west-1; an environment can have a domain of its own.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('a process', () => {
    it.each<Wrong>([
      {
        what: 'an unknown key',
        file: lines('app: shop', 'processes:', '  default:', '    comand: ["x"]'),
        says: [
          '4:5: processes.default.comand: unknown key. Did you mean command? Allowed: path, dockerfile, build, kind, host, port, cpu, memory, count, architecture, spot, command, readiness, strategy, env, secrets, permissions, scale, user, readOnly, exec, stayRunningSeconds, drainSeconds, stopSeconds, logDays.',
        ],
      },
      {
        what: 'a section that is indented too far',
        file: lines('app: shop', 'processes:', '  default:', '    routes: []'),
        says: [
          '4:5: processes.default.routes: unknown key. It belongs to the top of the file, without indentation. Allowed: path, dockerfile, build, kind, host, port, cpu, memory, count, architecture, spot, command, readiness, strategy, env, secrets, permissions, scale, user, readOnly, exec, stayRunningSeconds, drainSeconds, stopSeconds, logDays.',
        ],
      },
      {
        what: 'a name in upper case',
        file: lines('app: shop', 'processes:', '  Web:'),
        says: [
          '3:3: processes.Web: is not allowed as a name: a process name takes 1 to 63 lower-case letters, digits, hyphens and underscores; it begins and ends with a letter or digit.',
        ],
      },
      {
        what: 'a CPU size that Fargate does not have',
        file: lines('app: shop', 'processes:', '  worker:', '    cpu: 300'),
        says: [
          '4:10: processes.worker.cpu: 300 is not allowed. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384.',
        ],
      },
      {
        what: 'a number in quotes',
        file: lines('app: shop', 'processes:', '  worker:', '    cpu: "512"'),
        says: [
          '4:10: processes.worker.cpu: "512" is not allowed. Did you mean 512? Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384. Write it without quotes.',
        ],
      },
      {
        what: 'memory that Fargate does not have for this CPU size',
        file: lines('app: shop', 'processes:', '  worker:', '    cpu: 1024', '    memory: 512'),
        says: [
          '5:13: processes.worker.memory: Fargate has no task with cpu 1024 and memory 512. Allowed with cpu 1024: 2048 to 8192 in steps of 1024.',
        ],
      },
      {
        what: 'a port that is too high',
        file: lines('app: shop', 'processes:', '  default:', '    port: 70000'),
        says: [
          '4:11: processes.default.port: 70000 is not allowed. Allowed: a whole number from 1 to 65535.',
        ],
      },
      {
        what: 'half a task',
        file: lines('app: shop', 'processes:', '  default:', '    count: 1.5'),
        says: ['4:12: processes.default.count: 1.5 is not allowed. Allowed: a whole number from 0 to 5000.'],
      },
      {
        what: 'an unknown kind',
        file: lines('app: shop', 'processes:', '  default:', '    kind: wbe'),
        says: [
          '4:11: processes.default.kind: "wbe" is not allowed. Did you mean web? Allowed: web, api, worker.',
        ],
      },
      {
        what: 'a command that is a text',
        file: lines('app: shop', 'processes:', '  worker:', '    command: node worker.js'),
        says: [
          '4:14: processes.worker.command: "node worker.js" is not allowed. Allowed: a list, each of it a text.',
        ],
      },
      {
        what: 'an empty command',
        file: lines('app: shop', 'processes:', '  worker:', '    command: []'),
        says: [
          '4:14: processes.worker.command: an empty list is not allowed. Allowed: a list, each of it a text.',
        ],
      },
      {
        what: 'yes for true',
        file: lines('app: shop', 'processes:', '  default:', '    spot: yes'),
        says: ['4:11: processes.default.spot: "yes" is not allowed. Allowed: true, false.'],
      },
      {
        what: 'days that CloudWatch does not have',
        file: lines('app: shop', 'processes:', '  default:', '    logDays: 31'),
        says: [
          '4:14: processes.default.logDays: 31 is not allowed. Allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653.',
        ],
      },
      {
        what: 'a host in upper case',
        file: lines('app: shop', 'processes:', '  default:', '    host: Admin.example.com'),
        says: [
          '4:11: processes.default.host: "Admin.example.com" is not allowed: a host is a domain name in lower case, such as admin.example.com.',
        ],
      },
      {
        what: 'an action without its service',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '    permissions:',
          '      - { actions: [GetObject], resources: ["*"] }',
        ),
        says: [
          '5:21: processes.default.permissions[0].actions[0]: "GetObject" is not allowed: an action is "<service>:<Action>".',
        ],
      },
      {
        what: 'keys of a web process in a worker',
        file: lines(
          'app: shop',
          'processes:',
          '  worker:',
          '    kind: worker',
          '    port: 80',
          '    host: a.example.com',
          '    drainSeconds: 3',
        ),
        says: [
          '5:5: processes.worker.port: is not allowed for a process of kind worker. Allowed: for web and api.',
          '6:5: processes.worker.host: is not allowed for a process of kind worker. Allowed: for web.',
          '7:5: processes.worker.drainSeconds: is not allowed for a process of kind worker. Allowed: for web and api.',
        ],
      },
      {
        what: 'a key of a worker in a web process',
        file: lines('app: shop', 'processes:', '  default:', '    stayRunningSeconds: 5'),
        says: [
          '4:5: processes.default.stayRunningSeconds: is not allowed for a process of kind web. Allowed: for worker.',
        ],
      },
      {
        what: 'a web process that nothing leads to',
        file: lines('app: shop', 'processes:', '  default:', '  admin: { port: 80 }'),
        says: [
          '4:18: processes.admin.port: a web process besides default needs a host of its own. Give it a host, or the app a domain; or kind: api and a route.',
        ],
      },
      {
        what: 'an api that nothing leads to',
        file: lines('app: shop', 'processes:', '  default:', '  backoffice: { kind: api }'),
        says: [
          '4:23: processes.backoffice.kind: nothing can reach this api. Give it a route: routes: [ { on: default, path: "/backoffice/*", to: backoffice } ], or kind: web and a host.',
        ],
      },
      {
        what: 'one host twice',
        file: lines(
          'app: shop',
          'processes:',
          '  one: { host: a.example.com }',
          '  other: { host: a.example.com }',
        ),
        says: [
          '4:18: processes.other.host: "a.example.com" is the host of one already. Allowed: a host of its own.',
        ],
      },
      {
        what: 'one folder twice',
        file: lines('app: shop', 'processes:', '  default: { path: ./web }', '  worker: { path: web/ }'),
        says: [
          '4:19: processes.worker.path: "web/" is built for default already. Leave path out of both and they share the image of the app; or give one of them a dockerfile or a build.target of its own.',
        ],
      },
      {
        what: 'two Dockerfiles of one image',
        file: lines('app: shop', 'processes:', '  default:', '  worker: { dockerfile: Dockerfile.worker }'),
        says: [
          '4:25: processes.worker.dockerfile: "Dockerfile.worker" is not allowed: it shares the image of default, which is built with "Dockerfile". Give it a path (path: .) to have an image of its own.',
        ],
      },
      {
        what: "the name of one of tapit's logs",
        file: lines('app: shop', 'processes:', '  default:', '  audit:'),
        says: [
          '4:3: processes.audit: is not allowed as a name: a log of tapit has it. Allowed: all but deployments, audit.',
        ],
      },
      {
        what: "tapit's own ending",
        file: lines('app: shop', 'processes:', '  default:', '  mail-template:'),
        says: [
          '4:3: processes.mail-template: is not allowed as a name: "-template" at the end is tapit\'s own. Allowed: any other ending.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('variables and secrets', () => {
    it.each<Wrong>([
      {
        what: 'values that are no texts',
        file: lines(
          'app: shop',
          'processes:',
          '  worker:',
          '    env:',
          '      A:',
          '      B: { c: hunter2 }',
          '      C: [hunter2]',
        ),
        says: [
          '5:7: processes.worker.env.A: has no value. Allowed: a text.',
          '6:10: processes.worker.env.B: a group of keys is not allowed. Allowed: a text.',
          '7:10: processes.worker.env.C: a list is not allowed. Allowed: a text.',
        ],
      },
      {
        what: 'a line as in a shell',
        file: lines('app: shop', 'processes:', '  worker:', '    env:', '      DB=postgres://me:hunter2@db'),
        says: [
          '5:7: processes.worker.env: this value is not allowed. Allowed: names, each followed by ":" and what it stands for.',
        ],
      },
      {
        what: 'a name that is none',
        file: lines('app: shop', 'processes:', '  worker:', '    env: { 9A: x }'),
        says: [
          '4:12: processes.worker.env.9A: is not allowed as a name: the name of a variable takes letters, digits and underscores, and does not begin with a digit.',
        ],
      },
      {
        what: 'a secret in the place of its reference',
        file: lines(
          'app: shop',
          'processes:',
          '  worker:',
          '    secrets:',
          '      DB: postgres://me:hunter2@db',
        ),
        says: [
          '5:11: processes.worker.secrets.DB: this value is not allowed: a secret is "ssm:<parameter>" or "secretsmanager:<name or ARN>", the latter with "#<key>" for one key of a JSON secret.',
        ],
      },
      {
        what: 'a variable that is both',
        file: lines(
          'app: shop',
          'processes:',
          '  worker:',
          '    env: { DB: x }',
          '    secrets: { DB: "ssm:/db" }',
        ),
        says: [
          '4:12: processes.worker.env.DB: this variable is among the secrets too. Allowed: one of the two.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('readiness and scaling', () => {
    it.each<Wrong>([
      {
        what: 'readiness without its type',
        file: lines('app: shop', 'processes:', '  default:', '    readiness: { path: /healthz }'),
        says: ['4:5: processes.default.readiness.type: is missing. Allowed: http, command.'],
      },
      {
        what: 'readiness of an unknown type',
        file: lines('app: shop', 'processes:', '  default:', '    readiness: { type: htp }'),
        says: [
          '4:24: processes.default.readiness.type: "htp" is not allowed. Did you mean http? Allowed: http, command.',
        ],
      },
      {
        what: 'readiness that is a text',
        file: lines('app: shop', 'processes:', '  default:', '    readiness: /healthz'),
        says: [
          '4:16: processes.default.readiness: "/healthz" is not allowed. Allowed: the keys type, path, timeoutMs, command.',
        ],
      },
      {
        what: 'an unknown key of readiness',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '    readiness: { type: http, timeoutMS: 3000 }',
        ),
        says: [
          '4:30: processes.default.readiness.timeoutMS: unknown key. Did you mean timeoutMs? Allowed: type, path, timeoutMs.',
        ],
      },
      {
        what: 'a path without its slash',
        file: lines('app: shop', 'processes:', '  default:', '    readiness: { type: http, path: healthz }'),
        says: [
          '4:36: processes.default.readiness.path: "healthz" is not allowed: a path begins with "/" and holds no space, "?" or "#".',
        ],
      },
      {
        what: 'HTTP readiness of a worker',
        file: lines('app: shop', 'processes:', '  worker:', '    readiness: { type: http }'),
        says: [
          '4:24: processes.worker.readiness.type: "http" is not allowed: nothing asks a worker over HTTP. Allowed: command.',
        ],
      },
      {
        what: 'a command for the readiness of a web process',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '    readiness: { type: command, command: ["x"] }',
        ),
        says: [
          '4:24: processes.default.readiness.type: "command" is not allowed: the load balancer judges a process of kind web. Allowed: http.',
        ],
      },
      {
        what: 'fewest above most',
        file: lines('app: shop', 'processes:', '  default:', '    scale: { min: 5, max: 2, cpu: 60 }'),
        says: ['4:19: processes.default.scale.min: 5 is not allowed. Allowed: at most max, which is 2.'],
      },
      {
        what: 'scaling by nothing',
        file: lines('app: shop', 'processes:', '  default:', '    scale: { min: 1, max: 2 }'),
        says: [
          '4:5: processes.default.scale: nothing says when to scale. Allowed: one or more of cpu, memory, requests.',
        ],
      },
      {
        what: 'a worker scaled by requests',
        file: lines('app: shop', 'processes:', '  worker:', '    scale: { min: 1, max: 2, requests: 50 }'),
        says: [
          '4:30: processes.worker.scale.requests: is not allowed: a worker answers no requests. Allowed: cpu, memory.',
        ],
      },
      {
        what: 'a count outside of the scale',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '    count: 9',
          '    scale: { min: 1, max: 2, cpu: 60 }',
        ),
        says: [
          '4:12: processes.default.count: 9 is not allowed beside scale. Allowed: 1 to 2, or no count at all.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('routes', () => {
    it.each<Wrong>([
      {
        what: 'processes that are not there',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: defualt, path: "/x/*", to: backofice }',
        ),
        says: [
          '8:11: routes[1].on: there is no process "defualt". Did you mean default? Allowed: default, backoffice, worker.',
          '8:38: routes[1].to: there is no process "backofice". Did you mean backoffice? Allowed: default, backoffice, worker.',
        ],
      },
      {
        what: 'workers at both ends',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: worker, path: "/x/*", to: worker }',
        ),
        says: [
          '8:11: routes[1].on: "worker" is not allowed: requests arrive at processes of kind web, and it is of kind worker. Allowed: default.',
          '8:37: routes[1].to: "worker" is not allowed: a worker answers no requests; give it kind: api and a port. Allowed: default, backoffice.',
        ],
      },
      {
        what: 'a path without its slash',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: x, to: default }',
        ),
        says: [
          '8:26: routes[1].path: "x" is not allowed: a path begins with "/"; it is exact ("/login"), or ends with "/*" for all below it ("/api/*"); the load balancer takes letters, digits and _ - . $ / ~ " \' @ : + &.',
        ],
      },
      {
        what: 'a path that nobody asks for',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: /a/../b, to: default }',
        ),
        says: [
          '8:26: routes[1].path: "/a/../b" is not allowed: browsers resolve "." and ".." before they ask. Allowed: the path that is asked for.',
        ],
      },
      {
        what: 'a method in lower case',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: /x, to: default, methods: [get] }',
        ),
        says: [
          '8:53: routes[1].methods[0]: "get" is not allowed. Did you mean GET? Allowed: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT.',
        ],
      },
      {
        what: 'a prefix that is not that of the path',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: "/x/*", to: default, stripPrefix: /y }',
        ),
        says: [
          '8:60: routes[1].stripPrefix: "/y" is not allowed. Allowed: /x, the prefix of the route\'s path.',
        ],
      },
      {
        what: 'a prefix of an exact path',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: /x, to: default, stripPrefix: /x }',
        ),
        says: [
          '8:56: routes[1].stripPrefix: "/x" is not allowed: stripPrefix needs a path with a prefix, such as "/api/*", and this route\'s is "/x".',
        ],
      },
      {
        what: 'two changes of the path',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: "/x/*", to: default, stripPrefix: /x, rewrite: /y }',
        ),
        says: [
          '8:64: routes[1].rewrite: a route changes the path once, but has stripPrefix and rewrite. Allowed: one of stripPrefix, replacePrefix, rewrite.',
        ],
      },
      {
        what: 'a rewrite to a pattern',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: "/x/*", to: default, rewrite: "/y/*" }',
        ),
        says: [
          '8:56: routes[1].rewrite: "/y/*" is not allowed. Allowed: a path that begins with "/", of at most 128 characters, without spaces and ? # * $ \\.',
        ],
      },
      {
        what: 'a prefix that ends with a slash',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: "/x/*", to: default, replacePrefix: /y/ }',
        ),
        says: [
          '8:62: routes[1].replacePrefix: "/y/" is not allowed: it would end with two "/". Allowed: /y.',
        ],
      },
      {
        what: 'a route that an earlier one takes all of',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  backoffice: { kind: api }',
          '  worker:',
          'routes:',
          '  - { on: default, path: "/api/*", to: backoffice }',
          '  - { on: default, path: /api/login, to: default, methods: [POST] }',
        ),
        says: [
          '8:26: routes[1].path: "/api/login" is never reached: routes[0] ("/api/*") takes all of it. Allowed: before routes[0].',
        ],
      },
      {
        what: 'traffic in steps behind several rules',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  api: { kind: api, strategy: linear }',
          'routes:',
          '  - { on: default, path: "/a/*", to: api }',
          '  - { on: default, path: /b, to: api }',
        ),
        says: [
          '4:31: processes.api.strategy: "linear" is not allowed: 2 rules of the load balancer lead to this process (/a or /a/*; /b), and ECS moves the traffic of one. Allowed: a strategy of type rolling, or one rule.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('strategies', () => {
    it.each<Wrong>([
      {
        what: 'an unknown strategy',
        file: lines('app: shop', 'processes:', '  default:', '    strategy: blue-green'),
        says: [
          '4:15: processes.default.strategy: there is no strategy "blue-green". Did you mean blue_green? Allowed: rolling, blue_green, canary, linear, all_at_once.',
        ],
      },
      {
        what: 'a worker whose traffic moves in steps',
        file: lines('app: shop', 'processes:', '  worker:', '    strategy: canary'),
        says: [
          '4:15: processes.worker.strategy: "canary" is not allowed: a worker has no traffic that could move in steps. Allowed: rolling, blue_green.',
        ],
      },
      {
        what: 'keys of another type',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'strategies:',
          '  careful: { type: rolling, canaryPercent: 5, pauseBefore: [switch] }',
        ),
        says: [
          '5:29: strategies.careful.canaryPercent: is not allowed with type rolling. Allowed with type canary.',
          '5:47: strategies.careful.pauseBefore: is not allowed with type rolling. Allowed with type blue_green, canary, linear.',
        ],
      },
      {
        what: 'thresholds that ECS does not take',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'strategies:',
          '  careful: { type: rolling, failureThreshold: 0 }',
          '  eager: { type: rolling, failureThreshold: 101% }',
        ),
        says: [
          '5:47: strategies.careful.failureThreshold: 0 is not allowed. Allowed: a whole number from 1 to 200, or a share from "1%" to "100%".',
          '6:45: strategies.eager.failureThreshold: "101%" is not allowed: a threshold is a number of tasks from 1 to 200, or a share from "1%" to "100%".',
        ],
      },
      {
        what: 'a pause that cannot be',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'strategies:',
          '  careful: { type: blue_green, pauseBefore: [step] }',
        ),
        says: [
          '5:46: strategies.careful.pauseBefore[0]: "step" is not allowed: blue_green moves all traffic in one step. Allowed: switch, finalize.',
        ],
      },
      {
        what: 'a built-in name of another type',
        file: lines('app: shop', 'processes:', '  default:', 'strategies:', '  canary: { type: linear }'),
        says: [
          '5:19: strategies.canary.type: "linear" is not allowed: canary is built in. Allowed: canary, or another name.',
        ],
      },
      {
        what: 'a share that ECS does not take',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'strategies:',
          '  careful: { type: canary, canaryPercent: 5.55 }',
        ),
        says: ['5:43: strategies.careful.canaryPercent: 5.55 is not allowed. Allowed: multiples of 0.1.'],
      },
      {
        what: 'rules without a bound, with two, and out of range',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'strategies:',
          '  careful:',
          '    type: canary',
          '    rollbackOn:',
          '      - { metric: http.error_rate }',
          '      - { metric: http.rpm, above: 1, below: 2 }',
          '      - { metric: http.error_rate, above: 500 }',
        ),
        says: [
          '8:9: strategies.careful.rollbackOn[0]: it has neither above nor below. Allowed: one of the two.',
          '9:9: strategies.careful.rollbackOn[1]: it has both above and below. Allowed: one of the two.',
          '10:43: strategies.careful.rollbackOn[2].above: 500 is not allowed. Allowed: 0 to 100; http.error_rate is in percent.',
        ],
      },
      {
        what: 'an unknown metric',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'strategies:',
          '  careful: { type: canary, rollbackOn: [ { metric: http.errors, above: 5 } ] }',
        ),
        says: [
          '5:52: strategies.careful.rollbackOn[0].metric: "http.errors" is not allowed. Allowed: http.error_rate, http.response_time, http.rpm, system.cpu_usage_percentage, system.memory_usage_percentage.',
        ],
      },
      {
        what: 'what would roll good versions back, or never end',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'strategies:',
          '  quiet: { type: canary, rollbackOn: [ { metric: http.rpm, below: 3 } ] }',
          '  tested: { type: blue_green, pauseBefore: [switch], rollbackOn: [ { metric: http.rpm, below: 3, forMinutes: 3 } ] }',
          '  endless: { type: linear, stepPercent: 3, stepBakeMinutes: 1440 }',
          '  tight: { type: rolling, minimumHealthyPercent: 100, maximumPercent: 100 }',
        ),
        says: [
          '5:40: strategies.quiet.rollbackOn[0]: http.rpm below something for one minute is not allowed: the minute in which the traffic begins is never whole. Allowed: forMinutes 2 and more.',
          '6:68: strategies.tested.rollbackOn[0]: http.rpm below something is not allowed with pauseBefore: the few requests of testers would count. Allowed: above, or no pause.',
          '7:12: strategies.endless: it takes 47520 minutes from the first share of the traffic to its end. Allowed: at most 1980, as CloudFormation waits no longer.',
          '8:71: strategies.tight.maximumPercent: 100 is not allowed: with minimumHealthyPercent 100 it leaves no room to start or stop a task. Allowed: more than that.',
        ],
      },
      {
        what: 'requests of a worker',
        file: lines(
          'app: shop',
          'processes:',
          '  worker:',
          '    strategy: careful',
          'strategies:',
          '  careful: { type: rolling, rollbackOn: [ { metric: http.rpm, below: 3, forMinutes: 2 } ] }',
        ),
        says: [
          '4:15: processes.worker.strategy: "careful" is not allowed: a worker answers no requests, and careful looks at http.rpm. Allowed: system.cpu_usage_percentage, system.memory_usage_percentage.',
        ],
      },
      {
        what: 'a deployment that could never begin',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '    strategy: tight',
          'strategies:',
          '  tight: { type: rolling, maximumPercent: 150 }',
        ),
        says: [
          '4:15: processes.default.strategy: with 1 task, minimumHealthyPercent 100 and maximumPercent 150 let no task be replaced. Allowed: a maximumPercent of 200 or more, or a lower minimumHealthyPercent.',
        ],
      },
      {
        what: 'targets that leave out an environment',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '    strategy: late',
          'strategies:',
          '  late: { type: rolling, targets: { environments: [staging] } }',
          'environments:',
          '  staging:',
          '  production:',
        ),
        says: [
          '4:15: processes.default.strategy: "late" is not allowed: its targets leave out the environment production. Allowed: another strategy there, or production among its targets.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('builds', () => {
    it.each<Wrong>([
      {
        what: 'a build of a process that has no image of its own',
        file: lines('app: shop', 'processes:', '  default:', '  worker: { build: { target: worker } }'),
        says: [
          '4:13: processes.worker.build: is not allowed without path: it runs the image that the app shares. Say it in the build at the top of the file, or give it a path (path: .) to have an image of its own.',
        ],
      },
      {
        what: 'the same where only an environment says so',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'environments:',
          '  production:',
          '  staging: { processes: { default: { build: { target: debug } } } }',
        ),
        says: [
          '6:38: environments.staging.processes.default.build: is not allowed without path: it runs the image that the app shares. Say it in the build at the top of the file, or give it a path (path: .) to have an image of its own.',
        ],
      },
      {
        what: 'arguments that are called like secrets, wherever they stand',
        file: lines(
          'app: shop',
          'build: { args: { NPM_TOKEN: hunter2 } }',
          'processes:',
          '  default: { path: web, build: { args: { db_password: hunter2 } } }',
          'environments:',
          '  production: { processes: { default: { build: { args: { API_KEY: hunter2 } } } } }',
        ),
        says: [
          `2:18: build.args.NPM_TOKEN: ${secretArgument}`,
          `4:42: processes.default.build.args.db_password: ${secretArgument}`,
          `6:58: environments.production.processes.default.build.args.API_KEY: ${secretArgument}`,
        ],
      },
      {
        what: 'an argument that no program can be given',
        file: lines('app: shop', 'build: { args: { A: "a\\0b" } }', 'processes:', '  default:'),
        says: [
          '2:21: build.args.A: holds a zero byte, which no program can be given. Allowed: any other text.',
        ],
      },
      {
        what: 'a secret in the place of where it is',
        file: lines('app: shop', 'build: { secrets: { npm: hunter2 } }', 'processes:', '  default:'),
        says: [
          '2:26: build.secrets.npm: this value is not allowed: a build secret is "env:<variable>" of whoever builds, or "file:<path>" from the folder of tapit.yml.',
        ],
      },
      {
        what: 'secrets out of files elsewhere',
        file: lines(
          'app: shop',
          'build: { secrets: { a: "file:../a", b: "file:/etc/shadow", c: "file:~/.npmrc", d: "file:x/../../d" } }',
          'processes:',
          '  default:',
        ),
        says: [
          `2:24: build.secrets.a: "file:../a" ${secretFile}`,
          `2:40: build.secrets.b: "file:/etc/shadow" ${secretFile}`,
          `2:63: build.secrets.c: "file:~/.npmrc" ${secretFile}`,
          `2:83: build.secrets.d: "file:x/../../d" ${secretFile}`,
        ],
      },
      {
        what: 'contexts of this machine alone, and of other kinds',
        file: lines(
          'app: shop',
          'build: { contexts: { a: /home/ada, b: ~/x, c: "https://example.com/x.git", d: "oci-layout:///x" } }',
          'processes:',
          '  default:',
        ),
        says: [
          `2:25: build.contexts.a: "/home/ada" is not allowed: other machines have no such folder. ${contexts}`,
          `2:39: build.contexts.b: "~/x" is not allowed: other machines have no such folder. ${contexts}`,
          `2:47: build.contexts.c: "https://example.com/x.git" is not allowed: no such kind of context. ${contexts}`,
          `2:79: build.contexts.d: "oci-layout:///x" is not allowed: no such kind of context. ${contexts}`,
        ],
      },
      {
        what: 'a Dockerfile and folders elsewhere',
        file: lines(
          'app: shop',
          'processes:',
          '  default: { dockerfile: ../../etc/passwd }',
          '  api: { path: ../api }',
          '  worker: { path: /srv/worker }',
          'environments:',
          '  production: { processes: { api: { path: a/../.. } } }',
        ),
        says: [
          '3:26: processes.default.dockerfile: "../../etc/passwd" leads out of the folder that is built. Allowed: a file in it, such as docker/web.Dockerfile.',
          '4:16: processes.api.path: "../api" leads out of the folder of tapit.yml. Allowed: a folder in it, such as ./services/web.',
          '5:19: processes.worker.path: "/srv/worker" leads out of the folder of tapit.yml. Allowed: a folder in it, such as ./services/web.',
          '7:43: environments.production.processes.api.path: "a/../.." leads out of the folder of tapit.yml. Allowed: a folder in it, such as ./services/web.',
        ],
      },
      {
        what: 'a source with a password, or a user alone',
        file: lines(
          'app: shop',
          'build: { source: "https://ada:hunter2@example.com/shop.git" }',
          'processes:',
          '  default:',
        ),
        says: [
          '2:18: build.source: holds a user or a password, and everybody reads this file. Allowed: the URL without them; Git gets them from its credential helper.',
        ],
      },
      {
        what: 'a source that Git could take for something else',
        file: lines('app: shop', 'build: { source: "ext::sh -c x" }', 'processes:', '  default:'),
        says: [
          '2:18: build.source: "ext::sh -c x" is not allowed: a source is the URL of a Git repository: https://…, ssh://…, git@host:owner/name.git.',
        ],
      },
      {
        what: 'a duration in words',
        file: lines('app: shop', 'build: { timeout: 1 hour, memory: 64 }', 'processes:', '  default:'),
        says: [
          '2:19: build.timeout: "1 hour" is not allowed: a duration is a whole number and s, m or h: "90s", "30m", "2h".',
          '2:35: build.memory: 64 is not allowed. Allowed: a whole number from 128 to 1048576.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('schedules and policies', () => {
    it.each<Wrong>([
      {
        what: 'a schedule of an unknown process, five fields and no time zone',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'schedules:',
          '  nightly: { process: defalt, command: [x], schedule: cron(0 3 * * *), timezone: Berlin }',
        ),
        says: [
          '5:23: schedules.nightly.process: there is no process "defalt". Did you mean default? Allowed: default.',
          '5:55: schedules.nightly.schedule: "cron(0 3 * * *)" is not allowed: it has 5 fields. Allowed: 6, as in cron(0 3 * * ? *): minutes hours day-of-month month day-of-week year.',
          '5:82: schedules.nightly.timezone: "Berlin" is not allowed: no such time zone. Allowed: a name such as Europe/Berlin, or UTC.',
        ],
      },
      {
        what: '1 hours',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'schedules:',
          '  hourly: { process: default, command: [x], schedule: rate(1 hours) }',
        ),
        says: [
          '5:55: schedules.hourly.schedule: "rate(1 hours)" is not allowed: AWS wants "1 hour" and "2 hours".',
        ],
      },
      {
        what: 'a release command of an unknown process',
        file: lines('app: shop', 'processes:', '  default:', 'release: { command: [x], process: defalt }'),
        says: [
          '4:35: release.process: there is no process "defalt". Did you mean default? Allowed: default.',
        ],
      },
      {
        what: 'a way in that cannot be written to',
        file: lines('app: shop', 'processes:', '  default: { readOnly: true, exec: true }'),
        says: [
          '3:36: processes.default.exec: true is not allowed beside readOnly: ECS Exec writes to the root filesystem. Allowed: one of the two.',
        ],
      },
      {
        what: 'an approval by nobody',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'policies:',
          '  - { name: a, effect: require_approval }',
        ),
        says: [
          '5:5: policies[0].approvers: is missing: nobody could approve. Allowed: a list such as ["111122223333:role/senior-*"].',
        ],
      },
      {
        what: 'callers and approvers by a path, or in an account that cannot be',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'policies:',
          '  - { name: a, effect: deny, callers: ["123456789012:role/team/bob"] }',
          '  - { name: b, effect: deny, exceptCallers: ["12345678901:role/bob"] }',
          '  - { name: c, effect: require_approval, approvers: ["1:role/x"] }',
        ),
        says: [
          `5:40: policies[0].callers[0]: "123456789012:role/team/bob" is not allowed: ${somebody}`,
          `6:46: policies[1].exceptCallers[0]: "12345678901:role/bob" is not allowed: ${somebody}`,
          `7:54: policies[2].approvers[0]: "1:role/x" is not allowed: ${somebody}`,
        ],
      },
      {
        what: 'approvals of a denial, under a name that is taken, and an end before its beginning',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'policies:',
          '  - { name: a, effect: deny }',
          '  - { name: a, effect: deny, approvals: 2, from: 2027-01-01T00:00:00Z, until: 2026-01-01T00:00:00Z }',
        ),
        says: [
          '6:13: policies[1].name: "a" is the name of another policy. Allowed: a name of its own.',
          '6:30: policies[1].approvals: is not allowed with effect deny. Allowed with effect require_approval.',
          '6:79: policies[1].until: "2026-01-01T00:00:00Z" is not allowed. Allowed: later than from, which is 2027-01-01T00:00:00Z.',
        ],
      },
      {
        what: 'a day for a moment',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'policies:',
          '  - { name: a, effect: deny, from: 2027-01-01 }',
        ),
        says: [
          '5:36: policies[0].from: "2027-01-01" is not allowed: a moment is written as 2026-12-20T00:00:00Z.',
        ],
      },
      {
        what: 'a policy of an unknown environment',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'environments:',
          '  staging:',
          '  production:',
          'policies:',
          '  - { name: a, effect: deny, environments: [prodution] }',
        ),
        says: [
          '8:45: policies[0].environments[0]: there is no environment "prodution". Did you mean production? Allowed: staging, production.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('environments', () => {
    it.each<Wrong>([
      {
        what: 'an unknown process',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'environments:',
          '  staging: { processes: { defualt: { cpu: 256 } } }',
        ),
        says: [
          '5:27: environments.staging.processes.defualt: the app has no such process. Did you mean default? Allowed: default.',
        ],
      },
      {
        what: 'an account without quotes, and an unknown key',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'environments:',
          '  staging: { acount: "1", account: 011122223333 }',
        ),
        says: [
          '5:14: environments.staging.acount: unknown key. Did you mean account? Allowed: branch, profile, account, region, cluster, network, domain, notify, alarms, images, enforced, approverRole, promotesFrom, processes.',
          '5:36: environments.staging.account: 011122223333 is not allowed. Allowed: a text. Write it in quotes.',
        ],
      },
      {
        what: 'memory that does not fit what is different there',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'environments:',
          '  production:',
          '  staging: { processes: { default: { cpu: 2048, memory: 1024 } } }',
        ),
        says: [
          '6:57: environments.staging.processes.default.memory: Fargate has no task with cpu 2048 and memory 1024. Allowed with cpu 2048: 4096 to 16384 in steps of 1024.',
        ],
      },
      {
        what: 'one cluster twice',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'environments:',
          '  production:',
          '  staging: { cluster: shop }',
        ),
        says: [
          '6:23: environments.staging.cluster: "shop" is the cluster of both production and staging, and its roles are called after it, of which an account has one each for all regions. Allowed: a cluster each, or an account each.',
        ],
      },
      {
        what: 'one cluster in two regions of what may be one account',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          'environments:',
          '  eu: { cluster: shop, region: eu-west-1 }',
          '  us: { cluster: shop, region: us-west-2, account: "111122223333" }',
        ),
        says: [
          '6:18: environments.us.cluster: "shop" is the cluster of both eu and us, and its roles are called after it, of which an account has one each for all regions. Allowed: a cluster each, or an account each.',
        ],
      },
      {
        what: 'task definitions that would meet',
        file: lines(
          'app: shop',
          'processes:',
          '  default:',
          '  staging-worker:',
          '  worker:',
          'environments:',
          '  production:',
          '  staging:',
        ),
        says: [
          '5:3: processes.worker: is not allowed as a name: in staging its task definitions would be "shop-staging-worker", as those of staging-worker in production. Allowed: another name.',
        ],
      },
    ])('refuses $what', refuses)
  })

  describe('YAML', () => {
    it.each<Wrong>([
      {
        what: 'an empty file',
        file: '',
        says: ['1:1: the file is empty. `tapit init` writes one.'],
      },
      {
        what: 'a list',
        file: lines('- app: shop'),
        says: ['1:1: the file must hold keys and values, such as `app: shop`.'],
      },
      {
        what: 'two documents',
        file: lines('app: shop', '---', 'app: shop2'),
        says: ['2:1: a second document ("---") begins here; one is allowed.'],
      },
      {
        what: 'a key twice',
        file: lines('app: shop', 'processes:', '  default:', 'app: shop'),
        says: ['4:1: app: this key stands here twice; keep one of them.'],
      },
      {
        what: 'a tab',
        file: lines('app: shop', 'processes:', '	default:'),
        says: ['3:1: not valid YAML: a tab cannot indent; use spaces.'],
      },
      {
        what: 'a line that is indented too far',
        file: lines('app: shop', '  region: eu-west-1'),
        says: [
          '1:6: not valid YAML: a key cannot stand here; check the indentation, and put a text with ": " in it in quotes.',
        ],
      },
      {
        what: 'a text with a colon',
        file: lines('app: shop', 'processes:', '  default:', 'release: { command: [echo, a: b: c] }'),
        says: ['4:31: not valid YAML: within { } and [ ], a text with ": " in it must stand in quotes.'],
      },
      {
        what: 'an alias of nothing',
        file: lines('app: shop', 'processes:', '  worker:', '    env: *defaults'),
        says: ['4:10: processes.worker.env: there is no anchor &defaults before this alias.'],
      },
      {
        what: 'an alias of itself',
        file: lines('app: shop', 'processes:', '  worker:', '    env: &env { A: *env }'),
        says: ['4:20: processes.worker.env.A: *env stands within the anchor that it names.'],
      },
      {
        what: 'an unknown tag',
        file: lines('app: !secret shop', 'processes:', '  default:'),
        says: ['1:6: not valid YAML: Unresolved tag: !secret.'],
      },
      {
        what: 'a key that is a list',
        file: lines('app: shop', 'processes:', '  worker:', '    ? [a]', '    : b'),
        says: ['4:7: processes.worker: a key must be a text.'],
      },
      {
        what: 'a merge of a number',
        file: lines('app: shop', 'processes:', '  worker:', '    <<: 3'),
        says: ['4:5: processes.worker."<<": takes a map, or a list of maps: `<<: *name`.'],
      },
    ])('refuses $what', refuses)
  })
})

const secretArgument =
  'is not allowed: the history of the image tells its build arguments to everybody who can pull it. Put it into `secrets` beside `args` (env:<variable>), and read it with RUN --mount=type=secret. Allowed: if it is no secret, another name.'
const secretFile =
  'leads out of the folder of tapit.yml. Allowed: file:<path> of a file in it, which .gitignore should name, or env:<variable>.'
const contexts = 'Allowed: a path from the folder of tapit.yml (../shared), or docker-image://<image>.'

async function refuses({ file, says }: Wrong): Promise<void> {
  const shown = await showConfig(file)

  expect(mistakesOf(shown)).toEqual(says.map(line => `tapit.yml:${line}`))
  expect(shown).toMatchObject({ code: 2, stdout: '' })
  expect(shown.stderr).not.toMatch(/^ +at |bug in tapit|hunter2/m)
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`
}
