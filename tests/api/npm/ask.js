// perspective-api-client as it is on npm. It has no option for the address, so the address is changed where the request leaves:
// in axios, which it shares with us. Nothing else of it is touched.
'use strict';
const axios = require('axios');
const Perspective = require('perspective-api-client');

const GOOGLE = 'https://commentanalyzer.googleapis.com';
axios.interceptors.request.use(config => ({...config, proxy: false, url: config.url.replace(GOOGLE, process.env.ORIGIN)}));

async function told(asking) {
  try {
    return await asking;
  } catch (error) {
    return {failed: error.name, message: error.message, status: error.response && error.response.status};
  }
}

async function main() {
  const ours = new Perspective({apiKey: process.env.KEY});
  const theirs = new Perspective({apiKey: 'not-a-key'});
  const answers = {
    plain: await told(ours.analyze('I will kill you tomorrow.')),
    several: await told(ours.analyze('<p>Thank you, doctor.</p>', {attributes: ['toxicity', 'threat', 'profanity']})),
    whole: await told(
      ours.analyze({
        comment: {text: 'Hello 😀 there. I will kill you.'},
        requestedAttributes: {TOXICITY: {scoreThreshold: 0.5}, PROFANITY: {scoreThreshold: 0.9}},
        spanAnnotations: true,
        languages: ['en'],
        clientToken: 'c-7',
      })
    ),
    empty: await told(ours.analyze('', {validate: false})),
    long: await told(ours.analyze('é'.repeat(15000))),
    cut: await told(ours.analyze('Thank you for this, doctor 😀'.slice(0, -1))),
    unknown: await told(ours.analyze('Hello there', {attributes: ['niceness']})),
    stranger: await told(theirs.analyze('Hello there')),
  };
  console.log(JSON.stringify(answers));
}

main();
