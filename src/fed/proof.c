/* FEP-8b32 with the suite eddsa-jcs-2022: Ed25519 over the digest of the canonical proof (without its value), then that of
 * the canonical document (without the proof). No @context is ever read, let alone fetched: who checks, checks spellings. */
#include "fed/proof.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "fed/jcs.h"
#include "net/keys.h"

enum { PROOFS = 4,
       VALUE_SIZE = 64,
       METHOD_MAX = 2048 };

static bool known(const json_t *p)
{
	return jr_is_obj(p) && str_eq(jr_str(p, "type"), S("DataIntegrityProof")) &&
	       str_eq(jr_str(p, "cryptosuite"), S("eddsa-jcs-2022"));
}

static const json_t *proof_of(const json_t *doc)
{
	const json_t *list = jr_get(doc, "proof");

	for (size_t i = 0; i < jr_many(list) && i < PROOFS; i++)
		if (known(jr_nth(list, i)))
			return jr_nth(list, i);
	return NULL;
}

/* A proof that names contexts is one about these; the document must begin with them. */
static bool contexts_fit(struct arena *mem, const json_t *doc, const json_t *proof)
{
	const json_t *all = jr_get(doc, "@context"), *named = jr_get(proof, "@context");

	if (jr_many(named) > jr_many(all))
		return false;
	for (size_t i = 0; i < jr_many(named); i++) {
		str a = jcs(mem, jr_nth(all, i), NULL), b = jcs(mem, jr_nth(named, i), NULL);

		if (str_none(a) || !str_eq(a, b))
			return false;
	}
	return true;
}

static str message(struct arena *mem, str config, str document)
{
	char *both = arena_alloc(mem, 2 * SHA256_SIZE, 1);

	if (str_none(config) || str_none(document))
		return STR_NONE;
	codec_sha256(config, (unsigned char *)both);
	codec_sha256(document, (unsigned char *)both + SHA256_SIZE);
	return str_n(both, 2 * SHA256_SIZE);
}

/* Fedify signs the contexts of the document as those of the proof and then leaves them out of it. */
static void messages(struct arena *mem, const json_t *doc, const json_t *proof, struct proof *p)
{
	str beside[2] = { S("proof"), S("signature") }, value[1] = { S("proofValue") };
	struct jcs_but body = { { beside, 2 }, jr_get(proof, "@context") }, config = { { value, 1 }, NULL };
	str document = jcs(mem, doc, &body);

	p->messages[0] = message(mem, jcs(mem, proof, &config), document);
	if (body.context || !jr_get(doc, "@context"))
		return;
	config.context = jr_get(doc, "@context");
	p->messages[1] = message(mem, jcs(mem, proof, &config), document);
}

static bool times(const json_t *proof, int64_t now, struct proof *p)
{
	str created = jr_str(proof, "created"), expires = jr_str(proof, "expires");

	if (!str_none(created) && !clock_parse_iso(created, &p->created))
		return false;
	if (!str_none(expires) && !clock_parse_iso(expires, &p->expires))
		return false;
	return p->created <= now + HOUR && (!p->expires || p->expires >= now);
}

enum err proof_read(struct arena *mem, const json_t *doc, int64_t now, struct proof *p)
{
	const json_t *proof = proof_of(doc);

	*p = (struct proof){ .messages = { STR_NONE, STR_NONE } };
	if (!proof)
		return ERR_NOT_FOUND;
	if (!str_eq(jr_str(proof, "proofPurpose"), S("assertionMethod")) || !times(proof, now, p))
		return ERR_INVALID;
	p->method = str_dup(mem, jr_str(proof, "verificationMethod"));
	p->value = key_unmultibase(mem, jr_str(proof, "proofValue"));
	if (str_empty(p->method) || p->method.n > METHOD_MAX || p->value.n != VALUE_SIZE || !contexts_fit(mem, doc, proof))
		return ERR_INVALID;
	messages(mem, doc, proof, p);
	return str_none(p->messages[0]) ? ERR_INVALID : OK;
}

bool proof_verify(const struct proof *p, const struct sig_key *key)
{
	if (key_kind(key) != KEY_ED25519)
		return false;
	for (size_t i = 0; i < 2; i++)
		if (!str_none(p->messages[i]) && key_verify(key, p->messages[i], p->value, false))
			return true;
	return false;
}

/* All but the value, open at its end: an object less its last brace. */
static str config_text(struct arena *mem, const json_t *doc, str method, int64_t now)
{
	struct jw w;
	str text;

	jw_init(&w, mem, 64 * 1024);
	jw_obj(&w, NULL);
	if (jr_get(doc, "@context"))
		jw_raw(&w, "@context", jr_dump(mem, jr_get(doc, "@context")));
	jw_lit(&w, "type", "DataIntegrityProof");
	jw_lit(&w, "cryptosuite", "eddsa-jcs-2022");
	jw_str(&w, "verificationMethod", method);
	jw_lit(&w, "proofPurpose", "assertionMethod");
	jw_time_s(&w, "created", now);
	jw_end(&w);
	text = jw_done(&w);
	return str_none(text) ? STR_NONE : str_to(text, text.n - 1);
}

str proof_make(struct arena *mem, str document, const struct sig_key *key, str method, int64_t now)
{
	json_t *doc JR_SCOPE = NULL, *proof JR_SCOPE = NULL;
	str config, made;

	if (key_kind(key) != KEY_ED25519 || jr_parse(document, &doc) || !jr_is_obj(doc) || jr_get(doc, "proof") || !jr_first(doc))
		return STR_NONE;
	config = config_text(mem, doc, method, now);
	if (str_none(config) || jr_parse(str_cat(mem, config, S("}")), &proof))
		return STR_NONE;
	made = message(mem, jcs(mem, proof, NULL), jcs(mem, doc, NULL));
	if (str_none(made))
		return STR_NONE;
	made = key_multibase(mem, key_sign(mem, key, made));
	document = str_trim(document);
	return strf(mem, "%.*s,\"proof\":%.*s,\"proofValue\":\"%.*s\"}}", (int)document.n - 1, document.p, STR_F(config),
	            STR_F(made));
}
