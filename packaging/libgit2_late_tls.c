/* libgit2 sets up TLS whenever it starts, and reads the machine's certificates for that: nine tenths of what a start of
 * pgfence costs, which seldom fetches anything. The linker leads the calls here (--wrap), and what they were meant for
 * happens before the first use of TLS. */
#include <pthread.h>

int __real_git_mbedtls_stream_global_init(void);
int __real_git_mbedtls__set_cert_location(const char *file, const char *folder);
int __real_git_mbedtls_stream_new(void **out, const char *host, const char *port);
int __real_git_mbedtls_stream_wrap(void **out, void *in, const char *host);

int __wrap_git_mbedtls_stream_global_init(void);
int __wrap_git_mbedtls__set_cert_location(const char *file, const char *folder);
int __wrap_git_mbedtls_stream_new(void **out, const char *host, const char *port);
int __wrap_git_mbedtls_stream_wrap(void **out, void *in, const char *host);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int failed;
static void start(void) { failed = __real_git_mbedtls_stream_global_init(); }
static int started(void) { return pthread_once(&once, start) == 0 && failed == 0; }

int __wrap_git_mbedtls_stream_global_init(void) { return 0; }

int __wrap_git_mbedtls__set_cert_location(const char *file, const char *folder) {
    return started() ? __real_git_mbedtls__set_cert_location(file, folder) : -1;
}

int __wrap_git_mbedtls_stream_new(void **out, const char *host, const char *port) {
    return started() ? __real_git_mbedtls_stream_new(out, host, port) : -1;
}

int __wrap_git_mbedtls_stream_wrap(void **out, void *in, const char *host) {
    return started() ? __real_git_mbedtls_stream_wrap(out, in, host) : -1;
}
