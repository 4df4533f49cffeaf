"""VERIFY.txt: how to check a bag with public tools alone, in both languages, with the exact commands."""

from __future__ import annotations

_COMMANDS = """\
    sha256sum -c --quiet manifest-sha256.txt tagmanifest-sha256.txt
    sha512sum -c --quiet manifest-sha512.txt tagmanifest-sha512.txt
    python3 -m pip install bagit && python3 -m bagit --validate .
"""
_SIGNATURE = """\
    t=$(mktemp -d)
    for note in data/checkpoint.txt bag-seal.txt; do
      sed '/^$/,$d' "$note" > "$t/text"
      tail -n 1 "$note" | cut -d ' ' -f 3 | base64 -d | tail -c 64 > "$t/signature"
      openssl pkeyutl -verify -pubin -inkey data/log-key.pem -rawin -in "$t/text" -sigfile "$t/signature"
    done
    grep -E '^[0-9a-f]{64}  ' bag-seal.txt | sha256sum -c
"""
_SSH = """\
    (printf '\\0\\0\\0\\013ssh-ed25519\\0\\0\\0 '; cut -d + -f 3- data/log-key.txt | base64 -d | tail -c 32) > "$t/key"
    echo "log ssh-ed25519 $(base64 < "$t/key")" > "$t/signers"
    ssh-keygen -Y verify -f "$t/signers" -I log -n parapet-bag-seal -s bag-seal.txt.sig < bag-seal.txt
"""
_STAMPS = """\
    for stamp in data/checkpoints/*/*.tsr; do
      [ -f "$stamp" ] || continue
      sed '/^$/,$d' "${stamp%/*}/checkpoint.txt" > "$t/text"
      authority=$(basename "$stamp" .tsr)
      openssl ts -verify -data "$t/text" -in "$stamp" -CAfile "data/authorities/$authority.pem"
      openssl ts -reply -in "$stamp" -text | grep "Time stamp"
    done
"""
_FORMS = """\
    for f in data/documents/*.pdf; do pdfsig -nocert "$f"; done
    openssl x509 -in data/documents/signing-certificate.pem -noout -fingerprint -sha256
    python3 -m pip install case-utils
    case_validate data/case.jsonld
"""
_OPEN = """\
    age -d -i YOUR-KEY.txt -o bag.zip BAG.zip.age
    unzip bag.zip
"""

TEXT = f"""\
HOW TO CHECK THIS FOLDER                                             (français plus bas)

It is a BagIt bag with evidence. Nothing in it needs to be opened to check it. It can hold abusive messages: open originals
only with care, and with the network switched off. Where an original could run in a browser or a spreadsheet, ".txt" was
added to its name; its bytes are untouched. If you received one file that ends in ".zip.age", open it first with the key that you
gave the sender (age-encryption.org), in a place where the originals may lie:

{_OPEN}
1. In one step. Ask the sender for the log's key by another way than this folder (by telephone, on paper), get parapet-verify
   from a place that you trust (it comes with "pip install parapet-shield"), then, in this folder:

    parapet-verify . --key "NAME+HASH+BASE64"

   With Python 3.9 or newer and nothing else, the same check lies in this folder:

    python3 verify.py --key "NAME+HASH+BASE64"

   Exit status 0: sound. 1: broken, with a reason for each fault. 2: could not be read.

2. With public tools only. No file was damaged (these do not see files that were added):

{_COMMANDS}
3. The log's signature, and the seal over the lists of step 2. Compare data/log-key.txt with the key the sender told you:

{_SIGNATURE}
   The seal once more, with OpenSSH 8.1 or newer, by the same key (continue in the same shell):

{_SSH}
4. One original. Its digest, size and time of capture are in leaf.json beside it:

    sha256sum data/items/*/v1/original.*

   proof.tlog-proof beside it shows that leaf.json is in the signed log (format: c2sp.org/tlog-proof; the Merkle tree is that
   of RFC 9162). Any program for that format can check it.

5. The time, where outside authorities attested it. A time stamp is over the text of a checkpoint, up to its empty line. Get the
   authority's certificate from the authority, and compare it with the one in data/authorities (continue after step 3):

{_STAMPS}
   OpenSSL passes over bits that no signature covers; parapet-verify and verify.py do not. They also check that the log of
   the checkpoint is how this log begins (consistency.txt; RFC 9162, 2.1.4.2), and the cosignatures of witnesses. Name whom
   you trust: --authority FILE.pem, --witness "NAME+HASH+BASE64". A certificate that has expired since: -attime SECONDS.
6. The documents' signatures (pdfsig is in poppler-utils), and the case in the words of CASE/UCO. pdfsig must say "Signature is
   Valid" and "Total document signed"; it may not know who issued the certificate. Its fingerprint, without colons and in small
   letters, stands as signer_sha256 in the last leaf.json but one of data/custody:

{_FORMS}
7. What was withheld from this copy, if anything, is told in data/redactions.json. There, redacted.txt stands for the original,
   and withheld.json for its leaf: the digest of a short original would let it be guessed.

What is proven: the originals have not changed since they were taken in, and nothing that belonged to the case when it was
exported is missing; title and time of the export are those in the log. What is not: that what a message says is true, or who
really wrote it; nor, without a time stamp,
the time by any other clock than the keeper's.

------------------------------------------------------------------------------------------------------------------------

COMMENT VÉRIFIER CE RÉPERTOIRE

C'est un sac BagIt contenant des preuves. Il n'est pas nécessaire d'en ouvrir le contenu pour le vérifier. Il peut contenir
des messages injurieux : n'ouvrez les originaux qu'avec précaution, hors réseau. Lorsqu'un original pourrait s'exécuter dans
un navigateur ou un tableur, « .txt » a été ajouté à son nom; ses octets sont intacts. Si vous avez reçu
un seul fichier dont le nom finit par « .zip.age », ouvrez-le d'abord avec la clé que vous avez donnée à l'expéditeur
(age-encryption.org), à un endroit où il convient de garder les originaux :

{_OPEN}
1. En une étape. Demandez la clé du journal à l'expéditeur par une autre voie que ce répertoire (téléphone, papier), obtenez
   parapet-verify d'une source fiable (fourni par « pip install parapet-shield »), puis, dans ce répertoire :

    parapet-verify . --lang fr --key "NOM+EMPREINTE+BASE64"

   Avec Python 3.9 ou plus récent et rien d'autre, la même vérification se trouve dans ce répertoire :

    python3 verify.py --lang fr --key "NOM+EMPREINTE+BASE64"

   Code de retour 0 : intact. 1 : altéré, avec un motif pour chaque défaut. 2 : illisible.

2. Avec des outils publics seulement : vérifier qu'aucun fichier n'a été endommagé (ces outils ne voient pas les fichiers
   ajoutés).

{_COMMANDS}
3. La signature du journal, et le sceau sur les listes de l'étape 2. Comparez data/log-key.txt à la clé donnée par
   l'expéditeur :

{_SIGNATURE}
   Le sceau encore une fois, avec OpenSSH 8.1 ou plus récent, par la même clé (dans le même interpréteur de commandes) :

{_SSH}
4. Un original. Son empreinte, sa taille et l'heure de sa réception sont dans leaf.json, à côté :

    sha256sum data/items/*/v1/original.*

   proof.tlog-proof, à côté, montre que leaf.json est dans le journal signé (format : c2sp.org/tlog-proof; l'arbre de Merkle
   est celui de la RFC 9162). Tout logiciel pour ce format peut le vérifier.

5. L'heure, là où des autorités externes l'ont attestée. Un horodatage porte sur le texte d'un point de contrôle, jusqu'à sa
   ligne vide. Obtenez le certificat de l'autorité auprès d'elle et comparez-le à celui de data/authorities (à la suite de
   l'étape 3) :

{_STAMPS}
   OpenSSL ignore des bits qu'aucune signature ne couvre; parapet-verify et verify.py, non. Ils vérifient aussi que le journal
   du point de contrôle est le début de ce journal (consistency.txt; RFC 9162, 2.1.4.2), ainsi que les contresignatures des
   témoins. Indiquez à qui vous vous fiez : --authority FICHIER.pem, --witness "NOM+EMPREINTE+BASE64". Certificat expiré
   depuis : -attime SECONDES.
6. Les signatures des documents (pdfsig vient avec poppler-utils), et le dossier dans les termes de CASE/UCO. pdfsig doit dire
   « Signature is Valid » et « Total document signed »; il se peut qu'il ne connaisse pas l'émetteur
   du certificat. L'empreinte de ce certificat, sans deux-points et en minuscules, figure sous signer_sha256 dans
   l'avant-dernier leaf.json de data/custody :

{_FORMS}
7. Ce qui a été soustrait de cette copie, le cas échéant, est indiqué dans data/redactions.json. redacted.txt y remplace
   l'original, et withheld.json sa feuille : l'empreinte d'un original court permettrait de le deviner.

Ce qui est prouvé : les originaux n'ont pas changé depuis leur réception, et rien de ce qui appartenait au dossier lors de
l'exportation ne manque; le titre et l'heure de l'exportation sont ceux du journal. Ce qui ne l'est pas : que le contenu d'un
message soit vrai, et l'identité réelle de la personne qui l'a écrit; ni, sans horodatage, l'heure selon une autre horloge
que celle de la personne qui tient le registre.
"""
