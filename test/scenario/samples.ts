import { InputError, type Problem } from '../../src/errors.js';
import { readScenario, type Scenario } from '../../src/scenario/scenario.js';

/** A scenario that uses most of the language and is right. */
export const sample = `# yaml-language-server: $schema=../../schema/scenario.json
version: 1
name: Datacenter power loss at 15:30
about: What the loss of one site costs.
begins: "15:29:30"
ends: "15:40"
network: 10.77.0.0/16
sites:
  pangyo: { addresses: 10.77.1.0/24 }
  anyang: { addresses: 10.77.2.0/24 }
  ansan: { addresses: 10.77.3.0/24 }
services:
  etcd:
    image: quay.example/etcd:3.5
    at: [pangyo, anyang, ansan]
    ready: { tcp: ":2379" }
  db:
    build: images/postgres
    at: { pangyo: 2, anyang: 1 }
    command: [patroni, /etc/patroni.yml]
    environment: { TTL: 20, VERSION: 1.10, DEBUG: true, SCOPE: main }
    restart: on-failure
    volumes: [/var/lib/postgresql]
    needs: [etcd]
    ready: { http: ":8008/readiness", within: 90s }
    model: { role: leader, boot: 5s }
  app:
    build: images/app
    at: [pangyo, anyang]
    command: exec app --port 8080
    needs: [db, etcd]
  proxy:
    build: ./images/proxy
    at: outside
    needs: [app]
    ready: { exec: test -e /run/ready }
probes:
  write: { http: "POST http://proxy:8080/messages", body: "message {n}", expect: 201, every: 100ms, timeout: 2s, does: write }
  read: { http: "http://proxy:8080/messages" }
  site: { http: "http://app-{site}:8080/{site}/health?at={site}", every: 500ms }
  port: { tcp: "db-pangyo-2:5432" }
  sql: { postgres: "postgres://app:p%40ss@db-anyang/app", query: "select {n}" }
  cache: { redis: "redis://proxy", command: "SET key {n}" }
  inside: { exec: { in: etcd-ansan, command: etcdctl endpoint health } }
steady: { for: 3s, within: 1m }
slo:
  write: { recover: 45s, detect: 5s, lose: 0, availability: 99.9% over 30d, latency: [p95 < 200ms, p99 < 1s] }
  read: { availability: 95%, latency: p50 < 20ms }
timeline:
  - at: "15:30"
    name: blackout
    power-loss: pangyo
  - at: "15:32"
    restore: { site: pangyo, waves: [[etcd], [db], [app]], every: 20s }
  - at: +4m
    crash: db@anyang
  - at: "15:34"
    stop: { of: [app-anyang], grace: 3s }
    for: 20s
  - at: "15:35"
    freeze: etcd
    for: 5s
  - at: "15:36"
    name: split
    partition: { groups: [[pangyo], [anyang, ansan]] }
  - at: "15:36:30"
    restore: split
  - at: "15:37"
    partition: { from: pangyo, to: [anyang, ansan] }
    for: 10s
  - at: "15:38"
    link: { between: [pangyo, [anyang, ansan]], latency: 80ms, jitter: 10ms, loss: 2%, bandwidth: 10mbit }
  - at: "15:39"
    restore: all
`;

/** A disk on which everything exists but what is called `missing`. */
export const disk = { exists: (path: string) => !path.includes('missing') };

/** Reads a text that is right. */
export function read(source: string | Uint8Array): Scenario {
  return readScenario(source, 'scenario.yaml', disk);
}

/** The problems of a text; none when it is right. Anything but an InputError is thrown on. */
export function problemsOf(source: string | Uint8Array): readonly Problem[] {
  try {
    read(source);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

/** The sample with one passage replaced; the passage must be there exactly once. */
export function sampleWith(passage: string, replacement: string): string {
  const parts = sample.split(passage);
  if (parts.length !== 2) throw new Error(`the sample has ${parts.length - 1} times: ${passage}`);
  return parts.join(replacement);
}
