// Bluesky's own servers (a directory of identities, a server for accounts, a view of the network) on the loopback.
// Says as one line of JSON where they are, and ends when its input does.
'use strict'
const { TestNetwork } = require('@atproto/dev-env')

const [schema, plc, pds, bsky, ozone] = process.argv.slice(2)
const ports = { plc: { port: +plc }, pds: { port: +pds, hostname: 'localhost' }, bsky: { port: +bsky }, ozone: { port: +ozone } }

TestNetwork.create({ dbPostgresSchema: schema, ...ports }).then((network) => {
  console.log(JSON.stringify({ plc: network.plc.url, pds: network.pds.url, bsky: network.bsky.url }))
  process.stdin.on('end', () => process.exit(0))
  process.stdin.resume()
})
