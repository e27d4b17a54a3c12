// cpp-httplib, compiled once: each of the two files that use it took twelve seconds (g++ 12, -Os) while all of it was
// in its header.

#include <httplib.h>

// A static object of it starts OpenSSL up before main() begins, whatever the program then does: a third of what the
// analysis of a small file costs. OpenSSL starts itself up when it is first used (OPENSSL_init_ssl(3)).
#define OPENSSL_init_ssl(options, settings) static_cast<void>(0)
#include <httplib_implementation.h>
