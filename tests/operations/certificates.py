"""A certificate authority of a test's own, and a certificate for this machine that it signed."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificates:
    """Files in PEM, as Dask wants them."""

    authority: Path
    cert: Path
    key: Path

    def environment(self) -> dict[str, str]:
        """Dask's settings, as docs/deploy.md gives them."""
        tls = "DASK_DISTRIBUTED__COMM__TLS"
        files = {f"{tls}__CA_FILE": self.authority}
        for role in ("CLIENT", "SCHEDULER", "WORKER"):
            files |= {f"{tls}__{role}__CERT": self.cert, f"{tls}__{role}__KEY": self.key}
        return {name: str(path) for name, path in files.items()} | {
            "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"
        }


def make_certificates(folder: Path) -> Certificates:
    """An authority, and one certificate for 127.0.0.1 that serves as server and as client."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "segcore test authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    ca = _builder(root, root, root_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    ours = _builder(name, root, key.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
    )
    made = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    made.authority.write_bytes(ca.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    made.cert.write_bytes(ours.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )
