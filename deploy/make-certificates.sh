#!/bin/sh
# Certificates for a tls:// scheduler: an authority of your own, and one pair for every machine.
#
#     deploy/make-certificates.sh FOLDER HOST_OR_ADDRESS …
#
# FOLDER gets ca.pem (to every machine), ca.key (keep it away from all of them), and HOST.pem with HOST.key for each.
set -eu
umask 077
[ $# -ge 2 ] || { echo "usage: $0 FOLDER HOST_OR_ADDRESS …" >&2; exit 2; }
folder=$1
shift
mkdir -p "$folder"
cd "$folder"
if [ ! -f ca.key ]; then
    openssl ecparam -name prime256v1 -genkey -noout -out ca.key
    openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=segcore authority" -out ca.pem
fi
for host in "$@"; do
    case $host in
        *[!0-9.]*) kind=DNS ;;
        *) kind=IP ;;
    esac
    openssl ecparam -name prime256v1 -genkey -noout -out "$host.key"
    openssl req -new -key "$host.key" -subj "/CN=$host" -out "$host.csr"
    printf 'subjectAltName=%s:%s\n' "$kind" "$host" > "$host.ext"
    openssl x509 -req -in "$host.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 825 \
        -extfile "$host.ext" -out "$host.pem" 2>/dev/null
    rm "$host.csr" "$host.ext"
done
