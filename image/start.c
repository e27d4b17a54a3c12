/* What the image starts: the program, packed by zstd to less than half, unpacked into memory and executed there. The process
 * stays the one that was started: same pid, arguments, environment and signals, and no file is left behind. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#ifndef MFD_EXEC /* Linux 6.3 asks whoever makes such a file whether it is there to be executed */
#define MFD_EXEC 0x10U
#endif

extern const unsigned char packed_program[], packed_program_end[];

/* Room is claimed before it is written to: a full disk is an error then, and no SIGBUS. */
static int unpack(int to) {
    const size_t packed = (size_t)(packed_program_end - packed_program);
    const size_t size = (size_t)ZSTD_getFrameContentSize(packed_program, packed);
    const int refused = posix_fallocate(to, 0, (off_t)size);
    if (refused) return errno = refused, -1;
    void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, to, 0);
    if (room == MAP_FAILED) return -1;
    const size_t written = ZSTD_decompress(room, size, packed_program, packed);
    munmap(room, size);
    if (written != size) return errno = EBADMSG, -1;
    return 0;
}

static int in_memory(void) {
    int file = memfd_create("pgfence", MFD_CLOEXEC | MFD_EXEC);
    if (file < 0 && errno == EINVAL) file = memfd_create("pgfence", MFD_CLOEXEC);
    return file < 0 || unpack(file) ? -1 : file;
}

/* For kernels that keep memory from being executed (vm.memfd_noexec, a strict seccomp profile). What is open for writing is
 * not executed either (ETXTBSY), so it is written through one descriptor and handed on as another. */
static int in_temporary_file(void) {
    char name[] = "/tmp/pgfence-XXXXXX";
    const int writer = mkostemp(name, O_CLOEXEC);
    if (writer < 0) return -1;
    const int file = unpack(writer) || fchmod(writer, S_IRUSR | S_IXUSR) ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    const int why = errno;
    unlink(name);
    close(writer);
    errno = why;
    return file;
}

int main(int argc, char **argv) {
    (void)argc;
    int file = in_memory();
    if (file >= 0) fexecve(file, argv, environ);
    const int refused = errno;
    if (file >= 0) close(file);
    file = in_temporary_file();
    if (file >= 0) fexecve(file, argv, environ);
    fprintf(stderr, "pgfence: cannot be started: from memory: %s; from /tmp: %s\n", strerror(refused), strerror(errno));
    return 3; /* the exit code for a job that could not be done */
}
