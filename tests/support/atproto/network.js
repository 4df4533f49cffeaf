// Bluesky's own servers (a directory of identities, a server for accounts, a view of the network) on the loopback.
// Says as one line of JSON where they are, and ends when its input does.
'use strict'
const { TestNetwork } = require('@atproto/dev-env')

const [schema, plc, pds, bsky, ozone] = process.argv.slice(2)
const ports = { plc: { port: +plc }, pds: { port: +pds, hostname: 'localhost' }, bsky: { port: +bsky }, ozone: { port: +ozone } }

// A home of ours with a name of its own, as far as the server for accounts sees it: it lies on this machine.
const { fetch: plain } = globalThis
globalThis.fetch = (what, how) => {
  const url = new URL(what instanceof Request ? what.url : what)
  if (url.hostname !== 'parapet.home.arpa') return plain(what, how)
  return plain(`http://127.0.0.1:${process.env.HOME_PORT}${url.pathname}`, { headers: { accept: 'application/json' } })
}

TestNetwork.create({ dbPostgresSchema: schema, ...ports }).then((network) => {
  const labeler = network.ozone.ctx.cfg.service.did
  console.log(JSON.stringify({ plc: network.plc.url, pds: network.pds.url, bsky: network.bsky.url, labeler }))
  // What its moderation has: asked for by a line, answered by one.
  process.stdin.on('data', async () => {
    const rows = await network.ozone.ctx.db.db
      .selectFrom('moderation_event')
      .select(['action', 'subjectUri', 'subjectCid', 'comment', 'createdBy', 'meta'])
      .execute()
    console.log(JSON.stringify(rows.filter((row) => row.action === 'tools.ozone.moderation.defs#modEventReport')))
  })
  process.stdin.on('end', () => process.exit(0))
})
