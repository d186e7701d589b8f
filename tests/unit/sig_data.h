#pragma once
/* A key pair of which only the public half is kept, and what the openssl command signed with it: of
 * "(request-target): post /users/bob/inbox", host local.test, the date and the digest of {"type":"Follow"}. */
#define RSA_SPKI \
	"-----BEGIN PUBLIC KEY-----\n" \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsP8eBggoFzisYvXVjXdP\n" \
	"1nPmj5DdQvYd7Kj2ev1qCEZc5m8kVlGoiRoZN4QTAbMdwERYFE92dsmt3cymdC/u\n" \
	"sFCD+QtE0jd+Kz/WY5PIF31CSNv9OqtJ0/VaNsk/xrEvl7/cz8ON6aCXTN82+WAx\n" \
	"37ugjxju4KJ7w3oghlY+wSWw/28RJjYq61qgM/81bvDh5lNSb3q7eS08zaNli05+\n" \
	"aDYPiv7lF5mvhbeSX4gEcU+vmGMQ7pv/YLD/ENNVFiiU9YwznCjaNs5+49wcDxh6\n" \
	"5811x6BFAVhUF6rZpvAVOFjqcnGyY8CMBdn71dRw/gXvKkxI0ISWPw/gL52qfRYl\n" \
	"UQIDAQAB\n" \
	"-----END PUBLIC KEY-----\n"
#define RSA_PKCS1 \
	"-----BEGIN RSA PUBLIC KEY-----\n" \
	"MIIBCgKCAQEAsP8eBggoFzisYvXVjXdP1nPmj5DdQvYd7Kj2ev1qCEZc5m8kVlGo\n" \
	"iRoZN4QTAbMdwERYFE92dsmt3cymdC/usFCD+QtE0jd+Kz/WY5PIF31CSNv9OqtJ\n" \
	"0/VaNsk/xrEvl7/cz8ON6aCXTN82+WAx37ugjxju4KJ7w3oghlY+wSWw/28RJjYq\n" \
	"61qgM/81bvDh5lNSb3q7eS08zaNli05+aDYPiv7lF5mvhbeSX4gEcU+vmGMQ7pv/\n" \
	"YLD/ENNVFiiU9YwznCjaNs5+49wcDxh65811x6BFAVhUF6rZpvAVOFjqcnGyY8CM\n" \
	"Bdn71dRw/gXvKkxI0ISWPw/gL52qfRYlUQIDAQAB\n" \
	"-----END RSA PUBLIC KEY-----\n"
#define SIGNED_DATE "Mon, 23 Nov 2026 01:02:03 GMT"
#define SIGNED_BODY "{\"type\":\"Follow\"}"
#define SIGNED_DIGEST "GYwYnH3BiO6aICFt0ThC5bUIJ4byvqdpWtR8m5fNkww="
#define SIGNED_SHA256 \
	"Rk/VHMu1KlMGo2Dabgb7PRUTsDTbpIattnJ7Srcd/Lzb9YF6eVZe5VCqSfEvIFTsnrorct0jrix462kjemRkSv2yTIikZ2fM" \
	"9lezQ2LZQ6LLQzHAKDJ4sWsWrQCBczS0vRVW668fENj+H/ZP+xttWlAoYcFG/rRB9gx+CeJtTpoe339uM9aCjMgssQitDAUe" \
	"+WVTpKrVL3Z7j6CtmIKHqpaz9BfPNbyIMDnhDF8y7RpyS89UTa9LBPLzRElkcn63LbN90yIh4NHgiVFRoYO8/M/YZpDj8DQM" \
	"T9hTE/4jqlTovj5zJCN6jiso7rRUpDxY+CXZ0A55S6rd+2sJIkgGIw=="
#define SIGNED_SHA512 \
	"RiIhBI82lBebjz9ZJf+34h49EEp2VcSlZpP87qf1TOYvDYYGtCM4+03N0zNG0Tx8nW03rNFMSnfJXWz5KucunHSj5hwgbzrD" \
	"mzUrcxGrWL2vztUfIIYj/nbIyTkbSu85tDeDpD65c2vqoD07tereZ+zMVYSdwc9RKLSxuK4kCO7utpKIHU/GtXevRph4B4ph" \
	"Mqa82fwLd2eRZB1/XRuMG0xJbgFKiLEoBVPgG/dLz8J17PTKMek+iaimFLKjsMTr+HASSVPbw3VvjSU1K8NeCgnx7nyAKrVd" \
	"gctSZEWfgvE0skY7wezx1LjBmO2w8iY5Pj9nxJXEv4XFA461Qanrjg=="
