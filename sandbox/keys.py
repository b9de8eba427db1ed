"""Signing keys of the sandbox's identity service, kept across restarts."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.certificates import write_private

KEY_BITS = 2048
KEYS_KEPT = 2
"""The current key and the one before it: a token signed just before a rotation still verifies."""


@dataclass(frozen=True)
class SigningKey:
    """An RSA key with the name under which its public half is published."""

    private: rsa.RSAPrivateKey

    @classmethod
    def make(cls) -> SigningKey:
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS))

    @classmethod
    def from_pem(cls, pem: str) -> SigningKey:
        # Proving each prime again takes a tenth of a second a key, and the file is ours alone.
        private = serialization.load_pem_private_key(
            pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError("The identity service signs with RSA keys only.")
        return cls(private)

    def pem(self) -> str:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @cached_property
    def public(self) -> rsa.RSAPublicKey:
        return self.private.public_key()

    @cached_property
    def kid(self) -> str:
        der = self.public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.urlsafe_b64encode(hashlib.sha256(der).digest()[:20]).rstrip(b"=").decode()

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.kid, "x5t": self.kid})

    def published(self, **extra: Any) -> dict[str, Any]:
        """Return the public half as one entry of a JSON Web Key Set."""
        numbers = self.public.public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "x5t": self.kid,
            "n": _base64url(numbers.n),
            "e": _base64url(numbers.e),
            **extra,
        }


@dataclass
class KeyRing:
    """The keys of one issuer: the first signs, all verify."""

    keys: list[SigningKey] = field(default_factory=lambda: [SigningKey.make()])

    @property
    def current(self) -> SigningKey:
        return self.keys[0]

    def find(self, kid: str | None) -> SigningKey | None:
        return next((key for key in self.keys if key.kid == kid), None)

    def rotate(self, *, forget_old: bool = False) -> None:
        kept = [] if forget_old else self.keys
        self.keys = [SigningKey.make(), *kept][:KEYS_KEPT]


@dataclass
class KeyStore:
    """Every key of the sandbox in one private file."""

    path: Path
    channel: KeyRing
    login: KeyRing
    unendorsed: SigningKey
    """Published without an endorsement for Teams: a token signed with it must be refused."""

    @classmethod
    def open(cls, path: Path) -> KeyStore:
        if path.exists():
            return cls._read(path)
        store = cls(path, KeyRing(), KeyRing(), SigningKey.make())
        store.save()
        return store

    @classmethod
    def _read(cls, path: Path) -> KeyStore:
        kept = json.loads(path.read_text())
        return cls(
            path,
            channel=KeyRing([SigningKey.from_pem(pem) for pem in kept["channel"]]),
            login=KeyRing([SigningKey.from_pem(pem) for pem in kept["login"]]),
            unendorsed=SigningKey.from_pem(kept["unendorsed"]),
        )

    def save(self) -> None:
        kept = {
            "channel": [key.pem() for key in self.channel.keys],
            "login": [key.pem() for key in self.login.keys],
            "unendorsed": self.unendorsed.pem(),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self.path, json.dumps(kept).encode())


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
