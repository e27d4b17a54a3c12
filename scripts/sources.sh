# shellcheck shell=bash
# Fetches what scripts/sources.tsv pins by version and checksum. scripts/setup and scripts/bump read this file.

me=${0##*/}
table=${table:-scripts/sources.tsv}
deps=${deps:-$PWD/.deps}
architecture=$(dpkg --print-architecture)
snapshots=${PGFENCE_DEBIAN_SNAPSHOT:-https://snapshot.debian.org/archive/debian}

die() { printf '%s: %s\n' "$me" "$*" >&2; exit 1; }
warn() { printf '%s: WARNING: %s\n' "$me" "$*" >&2; }
checksum() { sha256sum "$1" | cut -d' ' -f1; }

locked=${locked:-}

sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
fresh_lists=
refresh() { [ -n "$fresh_lists" ] || { $sudo apt-get update -qq || die "apt-get update failed: check the machine's package sources"; fresh_lists=1; }; }

read_pin() {  # NAME [ARCHITECTURE]: the table's line, as pin_*
    local row
    row=$(awk -F'\t' -v name="$1" -v architecture="${2:-$architecture}" \
        '$1 == name && ($3 == architecture || $3 == "all" || $3 == "source")' "$table")
    [ -n "$row" ] || die "$table has no $1 for $architecture: add a line for it and run scripts/bump $1"
    # shellcheck disable=SC2034  # pin_tests is for scripts/bump
    IFS=$'\t' read -r pin_name pin_version pin_architecture pin_suite pin_file pin_sha256 pin_snapshot pin_tests pin_purpose <<< "$row"
    pin_package=${pin_file##*/}
    pin_package=${pin_package%%_*}
}

# The Debian mirror that this machine uses; none on a system that is not Debian.
mirror=
find_mirror() {
    # shellcheck disable=SC2016  # apt's own placeholders
    local target='$(REPO_URI)|$(LABEL)' found
    [ -z "$mirror" ] || return 0
    for found in lists refresh; do
        [ $found = lists ] || refresh
        mirror=$(apt-get indextargets --format "$target" 'Identifier: Packages' | awk -F'|' '$2 == "Debian" { sub("/$", "", $1); print $1; exit }')
        [ -z "$mirror" ] || return 0
    done
}

# apt's own downloader, as it knows the machine's proxies, certificates and passwords.
get() {  # ADDRESS TARGET
    rm -f "$2"
    /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
        -o Acquire::Retries=1 download-file "$1" "$2" >/dev/null 2>&1 && [ -s "$2" ]
}

# From the mirror, whose pool has a file for as long as any suite, and else from the snapshot archive, which has it for good.
# Fails if neither has it. What both have under that name with another checksum is refused.
download() {  # FILE SHA256
    local target=$deps/download/${1##*/} base other=
    mkdir -p "$deps/download"
    [ -e "$target" ] && [ "$(checksum "$target")" = "$2" ] && return
    find_mirror
    for base in ${mirror:+"$mirror"} "$snapshots/$pin_snapshot"; do
        get "$base/$1" "$target" || continue
        [ "$(checksum "$target")" = "$2" ] && return
        other=$base
        rm -f "$target"
    done
    [ -z "$other" ] || die "${1##*/} of $other is not the file whose sha256 is in $table: do not build with it; if the table is wrong, run scripts/bump $pin_name"
    return 1
}

# An apt root of our own that reads one suite of the machine's mirror: the machine's package sources stay as they are, and
# apt checks the signatures as ever.
suite_root() {  # SUITE ARCHITECTURE
    local root=$deps/apt/$1-$2 keyring=/usr/share/keyrings/debian-archive-keyring.gpg said
    find_mirror
    [ -n "$mirror" ] || die "no Debian mirror among the machine's package sources: add one to /etc/apt/sources.list.d"
    mkdir -p "$root/lists/partial" "$root/cache/archives/partial" "$root/sources"
    printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: %s\nSigned-By: %s\n' \
        "$mirror" "$1" "$2" "$keyring" > "$root/sources/suite.sources"
    said=$(in_suite "$1" "$2" apt-get update -qq 2>&1) \
        || die "could not read Debian's suite $1 for $pin_name from $mirror ($(sed -n 's/^E: //p' <<< "$said" | head -1)): mend the mirror, or name a snapshot archive in PGFENCE_DEBIAN_SNAPSHOT and run scripts/setup"
}
in_suite() {  # SUITE ARCHITECTURE COMMAND ARGUMENT...
    local root=$deps/apt/$1-$2 architecture=$2 command=$3; shift 3
    "$command" -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$root/sources" -o Dir::State::Lists="$root/lists" \
        -o Dir::State::status=/dev/null -o Dir::Cache="$root/cache" -o APT::Sandbox::User=root \
        -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" "$@"
}

# The version that the suite has today. Debian has signed it, but nobody here has reviewed it.
download_present() {
    local folder=$deps/download/present ending=deb
    [ "$pin_architecture" != source ] || ending=dsc
    suite_root "$pin_suite" "$architecture"
    rm -rf "$folder" && mkdir -p "$folder"
    if [ "$pin_architecture" = source ]; then
        (cd "$folder" && in_suite "$pin_suite" "$architecture" apt-get source -qq --download-only "$pin_package" >/dev/null 2>&1)
    else
        (cd "$folder" && in_suite "$pin_suite" "$architecture" apt-get download -qq "$pin_package" >/dev/null 2>&1)
    fi || die "$pin_package is not in Debian's suite $pin_suite either: set PGFENCE_DEBIAN_SNAPSHOT to a snapshot archive that has $pin_file"
    got_file=$(echo "$folder/$pin_package"_*."$ending")
    got_version=${got_file##*/"$pin_package"_}
    got_version=${got_version%."$ending"}
    got_version=${got_version%_*}
    [ "$got_version" != "$pin_version" ] \
        || [ "$(checksum "$got_file")" = "$pin_sha256" ] \
        || die "${got_file##*/} of Debian's suite $pin_suite is not the file whose sha256 is in $table: do not build with it; if the table is wrong, run scripts/bump $pin_name"
    [ "${got_version%%[.-]*}" = "${pin_version%%[.-]*}" ] \
        || die "Debian's suite $pin_suite has $pin_name $got_version, another major than the reviewed $pin_version: set PGFENCE_DEBIAN_SNAPSHOT to a snapshot archive, or see to it and run scripts/bump $pin_name"
}

warn_unreviewed() {  # VERSION
    [ "$1" = "$pin_version" ] \
        || warn "$pin_name $1 is used, reviewed is $pin_version ($pin_purpose): not for a release; scripts/bump $pin_name pins it"
}

download_listed() {  # DSC: what it names, from beside it
    local sum file
    while read -r sum _ file; do
        download "${pin_file%/*}/$file" "$sum" || return 1
    done < <(awk '/^[^ ]/ { on = /^Checksums-Sha256:/ } on && NF == 3' "$1")
}

download_debian() {
    got_file=$deps/download/${pin_file##*/} got_version=$pin_version
    if download "$pin_file" "$pin_sha256" && { [ "$pin_architecture" != source ] || download_listed "$got_file"; }; then return; fi
    [ -z "$locked" ] || die "$pin_name $pin_version is no longer on the mirror, and $snapshots does not answer with it: set PGFENCE_DEBIAN_SNAPSHOT to a snapshot archive that does, or review a newer one and run scripts/bump $pin_name"
    download_present
}

download_npm() {
    got_file=$deps/download/$pin_file got_version=$pin_version
    [ -e "$got_file" ] && [ "$(checksum "$got_file")" = "$pin_sha256" ] && return
    mkdir -p "$deps/download"
    (cd "$deps/download" && npm pack --silent "$pin_name@$pin_version" >/dev/null) \
        || die "npm could not fetch $pin_name@$pin_version: check that npm reaches a registry"
    [ "$(checksum "$got_file")" = "$pin_sha256" ] \
        || die "npm's $pin_file is not the file whose sha256 is in $table: do not build with it; if the table is wrong, run scripts/bump $pin_name"
}

# Puts what is pinned under a name below .deps, once: UNPACK gets the file and the folder. The folder's file `pinned-version` says
# which version it is and which one of the table it was fetched for.
provide() {  # NAME FOLDER UNPACK
    local folder=$deps/$2 had=() wanted
    read_pin "$1"
    wanted="$pin_version $pin_sha256"
    # Not "version": cpp-httplib's folder is searched for headers, and <version> is one of C++'s.
    [ ! -e "$folder/pinned-version" ] || mapfile -t had < "$folder/pinned-version"
    if [ "${had[1]:-}" = "$wanted" ] && { [ -z "$locked" ] || [ "${had[0]}" = "$pin_version" ]; }; then
        warn_unreviewed "${had[0]}"
        return
    fi
    if [ "$pin_suite" = npm ]; then download_npm; else download_debian; fi
    warn_unreviewed "$got_version"
    rm -rf "$folder" && mkdir -p "$folder"
    "$3" "$got_file" "$folder" || die "could not unpack ${got_file##*/}: remove $folder and run scripts/setup again"
    printf '%s\n' "$got_version" "$wanted" > "$folder/pinned-version"
}
