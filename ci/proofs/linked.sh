# Links the programs that call all public functions, without unreachable code: $object has exactly the
# code that those functions reach. For scripts whose current directory is this one.

object=$(mktemp)
trap 'rm -f "$object"' EXIT

# link FILE
link() {
    ld -r --gc-sections -u every_function -e every_function -o "$object" "$@"
    readelf -sW "$object" | grep -q ' FUNC .* every_function$'
}

# linked PROFILE [OPTION]...: what calls codec.
linked() {
    cargo build --quiet --profile "$1" -p no-panic "${@:2}"
    link "${CARGO_TARGET_DIR:-target}/$1/libno_panic.a"
}

# linked_cache [OPTION]...: what calls the cache. In small code, there is a check more whether a length
# overflows that is less than a capacity: heapless adds by a function of core's that is as it is; hence
# the one profile.
linked_cache() {
    cargo build --quiet --profile proof -p no-panic-cache "$@"
    link "${CARGO_TARGET_DIR:-target}/proof/libno_panic_cache.a"
}

# has NAME: whether a function of that name is in it.
has() {
    readelf -sW "$object" | grep -q " FUNC .* $1\$"
}

functions() {
    readelf -sW "$object" | grep -c ' FUNC '
}
