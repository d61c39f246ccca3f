# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
# Read by scripts that unpack a part of a source package into a folder, once per version: the folder
# appears complete or not at all, and of several that want it at the same time one does the work.
# The script has a function `patterns` that prints what of the package is wanted, for tar -T.

die()
{
	echo "scripts/${0##*/}: $1" >&2
	exit 1
}

# unpack_begin DIR VERSION: ends the script if that is there; else $dir.tmp is to be filled, and
# $dir.tmp/.patterns has the patterns.
unpack_begin()
{
	dir=$1
	key="$2 $(patterns | sha256sum)"
	mkdir -p "$(dirname "$dir")"
	exec 9>"$dir.lock"
	flock 9
	if [ "$(cat "$dir/.unpacked" 2>/dev/null)" = "$key" ]; then
		exit 0
	fi
	command -v xz >/dev/null || die "no xz: run scripts/setup (package xz-utils)"
	rm -rf "$dir.tmp"
	mkdir -p "$dir.tmp" || die "cannot make $dir.tmp"
	trap 'rm -rf "$dir.tmp"' EXIT
	patterns >"$dir.tmp/.patterns"
}

unpack_end()
{
	echo "$key" >"$dir.tmp/.unpacked"
	rm -rf "$dir"
	mv "$dir.tmp" "$dir"
	trap - EXIT
}
