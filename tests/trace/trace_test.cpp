// What needs no server: texts without their secrets, programs found, folders collected.

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "trace/docker_engine.h"
#include "trace/installation.h"
#include "trace/process_identity.h"
#include "trace/run_folder.h"
#include "trace/session.h"

using namespace pgfence;
namespace fs = std::filesystem;

TEST_CASE("no credential survives in a message") {
    const auto clean = [](const char* text) { return trace::without_credentials(text); };
    CHECK(clean("no connection to postgres://app:s3cret@db/shop?x=1") ==
          "no connection to postgres://app:***@db/shop?x=1");
    CHECK(clean("postgresql://app:p@ss@db:5432/shop") == "postgresql://app:***@db:5432/shop");
    CHECK(clean("host=db password=s3cret user=app") == "host=db password=*** user=app");
    CHECK(clean("password = 's3 cr\\'et' user=app") == "password = *** user=app");
    CHECK(clean("postgres://db/shop?password=s3cret&user=app") == "postgres://db/shop?password=***&user=app");
    CHECK(clean("ALTER ROLE app PASSWORD 's3''cret' LOGIN") == "ALTER ROLE app PASSWORD *** LOGIN");
    CHECK(clean("password='unfinished") == "password=***");
    CHECK(clean("sslpassword=s3cret") == "sslpassword=***");
    CHECK(clean("postgres://app:s3/cr#et?@db/shop") == "postgres://app:***@db/shop");
    // What libpq says of the URLs of app:s3/cret, app:s3%zzcret and app:s3@cret.
    CHECK(clean("invalid integer value \"s3\" for connection option \"port\"") ==
          "invalid integer value \"***\" for connection option \"port\"");
    CHECK(clean("invalid percent-encoded token: \"s3%zzcret\"") == "invalid percent-encoded token: \"***\"");
    CHECK(clean("could not translate host name \"cret@db\" to address") ==
          "could not translate host name \"***\" to address");
}

TEST_CASE("a message without credentials stays as it is") {
    for (const char* text : {"password authentication failed for user \"app\"", "postgres://app@db/shop", "a // b", "",
                             "https://example.org/page", "could not translate host name \"db\" to address",
                             "column \"password\" does not exist"})
        CHECK(trace::without_credentials(text) == text);
}

TEST_CASE("names are quoted") {
    CHECK(trace::quoted("orders") == "\"orders\"");
    CHECK(trace::quoted("a\"b") == "\"a\"\"b\"");
}

TEST_CASE("a server says its version") {
    CHECK(trace::version_in("postgres (PostgreSQL) 17.10\n") == "17.10");
    CHECK(trace::version_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n") == "15.18");
    CHECK(trace::version_in("postgres (PostgreSQL) 19devel") == "19devel");
    CHECK(trace::version_in("something else").empty());
}

TEST_CASE("the major that was asked for is chosen, or the first") {
    const std::vector<trace::Installation> found{{"/a", "15.18", 15}, {"/b", "17.10", 17}};
    CHECK(trace::choose(found, 17)->folder == "/b");
    CHECK(trace::choose(found, 0)->folder == "/a");
    const auto none = trace::choose(found, 16);
    REQUIRE_FALSE(none);
    CHECK(none.error().message.find("15.18, 17.10") != std::string::npos);
    CHECK(trace::installations("/nonexistent").error().kind == Error::Kind::usage);
}

TEST_CASE("the folders of ended runs are collected, those of others are left alone") {
    std::string parent = "/tmp/pgfence-test-XXXXXX";
    REQUIRE(mkdtemp(parent.data()));
    const trace::Account self{geteuid(), getegid(), false};
    {
        const auto running = trace::RunFolder::make(parent, self);
        REQUIRE(running);
        struct stat info {};
        REQUIRE(lstat(running->path().c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0700);

        const fs::path ended = fs::path(parent) / "pgfence-trace-ended", strange = fs::path(parent) / "something-else";
        for (const fs::path& folder : {ended, strange}) {
            fs::create_directories(folder / "data");
            std::ofstream(folder / "lock");
            std::ofstream(folder / "data/file") << "left behind";
        }
        // One that was killed before it had a lock, and one that is being made.
        const fs::path early = fs::path(parent) / "pgfence-trace-early", fresh = fs::path(parent) / "pgfence-trace-new";
        fs::create_directory(early);
        fs::create_directory(fresh);
        fs::last_write_time(early, fs::file_time_type::clock::now() - std::chrono::minutes(2));
        CHECK(trace::collect_orphans(parent, self) == 2);
        CHECK_FALSE(fs::exists(ended));
        CHECK_FALSE(fs::exists(early));
        CHECK(fs::remove(fresh));
        CHECK(fs::exists(strange));
        CHECK(fs::exists(running->path()));
        fs::remove_all(strange);
    }
    CHECK(fs::is_empty(parent));
    fs::remove_all(parent);
}

TEST_CASE("only what may be an image's name goes into a request") {
    for (const char* name : {"postgres", "postgres:17-alpine", "ghcr.io/acme/pg:1", "localhost:5000/pg",
                             "postgres@sha256:0123456789abcdef"})
        CHECK(trace::is_image_name(name));
    for (const char* name : {"", "a b", "../x", "a/../b", "a?b=c", "a#b", "-a", "a:", "a//b", "a\nb", "a%2fb"})
        CHECK_FALSE(trace::is_image_name(name));
    CHECK_FALSE(trace::is_image_name(std::string(300, 'a')));
}

TEST_CASE("a process is told from others by boot, namespace, number and start") {
    const std::string self = trace::own_identity();
    CHECK(trace::is_alive(self) == true);
    CHECK(trace::is_alive(self + "1") == false);  // another process had that number before
    CHECK(trace::is_alive("0" + self) == false);  // before the last boot
    CHECK(trace::is_alive("nonsense") == std::nullopt);
    std::string elsewhere = self;
    elsewhere.replace(elsewhere.find("pid"), 3, "abc");
    CHECK(trace::is_alive(elsewhere) == std::nullopt);
}

TEST_CASE("a verifier is not the password") {
    const auto verifier = trace::scram_verifier("s3cret s3cret s3cret", "postgres");
    REQUIRE(verifier);
    CHECK(verifier->starts_with("SCRAM-SHA-256$4096:"));
    CHECK(verifier->find("s3cret") == std::string::npos);
}
