export const help = `npm run kona-check -- --base-url URL --secret-file FILE --par PAR
    --corporation-name NAME --biz-license-no DIGITS --registration-number DIGITS [options]

Sends the three cases that KONA's page documents (success, par not found, already named) to KONA PLATE, one call
each, and prints every raw answer beside how the gateway reads it. Use it on KONA's sandbox before you deploy.

It NAMES the card of --par. That cannot be undone: the card's balance limit rises for good.

Required:
  --base-url URL               as KONA's contract gives it, for example https://sandbox.konaplate.com/open-api
  --secret-file FILE           JSON: {"aspId","accessKey","secretKey"}, with --message-encryption also
                               {"cryptoKeyId","serverPublicKey","clientPrivateKey"}; never printed
  --par PAR                    27 characters: a card that KONA gave you for tests and that is not named yet
  --corporation-name NAME      whose card it is, 1 to 80 characters
  --biz-license-no DIGITS      사업자등록번호, up to 10 digits; hyphens are dropped
  --registration-number DIGITS 법인등록번호, up to 13 digits; hyphens are dropped

Optional:
  --affiliate-id ID            exactly 15 characters
  --unknown-par PAR            for the case "par not found"; without it the case is left out: no PAR is invented
  --named-par PAR              for the case "already named"; without it the card that --par just named is sent again
  --time-zone ZONE             X-KM-Time-Zone; default KST
  --timeout-ms MS              for each call, 1000 to 20000; default 10000
  --message-encryption         sends and reads JWE
  -c KEY=VALUE                 konaSuccessMessages, konaRefusalMessages or konaRefusalCodes, as for cdk deploy
  --yes                        no question: for scripts
  --help                       this text

Before it sends anything it asks for the last four characters of --par. Without a terminal it needs --yes.

Exit code:
  0  every case that was sent is answered as the page says
  1  an answer differs from the page, or is unclear
  2  the command or the secret is invalid, the run was not confirmed, or a call could not be sent`;
