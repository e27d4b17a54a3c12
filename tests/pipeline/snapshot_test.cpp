// A schema snapshot beside migrations of which it holds some.

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"
#include "pipeline/files.h"
#include "pipeline/review.h"

using namespace pgfence;

namespace {

using Role = MigrationFile::Role;

/// orders with columns that two migrations made, as they stand on the server.
class Taken {
public:
    explicit Taken(const std::string& heading) {
        std::string name = "/tmp/pgfence-test-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        folder_ = name;
        std::ofstream(folder_ / "schema.sql") << "-- pgfence snapshot 1: server 170004, taken 2026-01-01\n"
                                              << heading << "CREATE TABLE public.orders (id bigint, a int);\n";
    }
    ~Taken() { std::filesystem::remove_all(folder_); }
    pipeline::FilesRequest request() const {
        pipeline::FilesRequest request;
        for (const auto& [name, sql] : {std::pair{"1.sql", "CREATE TABLE orders (id bigint);"},
                                        {"2.sql", "ALTER TABLE orders ADD COLUMN a int;"},
                                        {"3.sql", "ALTER TABLE orders ADD COLUMN b int;"},
                                        {"4.sql", "ALTER TABLE orders ALTER COLUMN b TYPE bigint;"}}) {
            const auto path = folder_ / "migrations" / name;
            std::filesystem::create_directories(path.parent_path());
            std::ofstream(path) << sql;
            request.files.push_back({path.string(), sql});
        }
        request.config_file = "/dev/null";
        request.choices.today = "2026-01-02";
        request.choices.snapshot = folder_ / "schema.sql";
        request.choices.start_after = {"3"};
        return request;
    }

private:
    std::filesystem::path folder_;
};

std::vector<std::string> paths(const Report& report) {
    std::vector<std::string> all;
    for (const FileReport& file : report.files) all.push_back(std::filesystem::path(file.path).filename());
    return all;
}

std::vector<std::string> failures(const Report& report) {
    std::vector<std::string> all;
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Failure& failure : statement.statement.effects.failures) all.push_back(failure.message);
    return all;
}

}  // namespace

TEST_CASE("a snapshot's migrations are not replayed on top of it, those behind it are") {
    const Taken taken("-- through 2\n");
    const auto review = pipeline::prepare_files(taken.request()).map(pipeline::review);
    REQUIRE(review);
    CHECK(paths(*review) == std::vector<std::string>{"4.sql"});
    CHECK(failures(*review).empty());
    const auto& work = review->files[0].statements[0].statement.effects.work;
    REQUIRE_FALSE(work.empty());
    CHECK(work[0].kind == Work::Kind::rewrite);
    CHECK(work[0].existing);
    CHECK(is_among("the schema is from the snapshot, which holds the migrations up to 2; replayed on top of it: 1",
                   review->notes));
}

TEST_CASE("what was there before is the snapshot, then the migrations behind it") {
    CHECK(paths(*pipeline::prepare_files(Taken("-- through 2\n").request()).map(pipeline::before)) ==
          std::vector<std::string>{"schema.sql", "3.sql"});
    CHECK(paths(*pipeline::prepare_files(Taken("").request()).map(pipeline::before)) ==
          std::vector<std::string>{"schema.sql"});
    const Taken taken("");
    auto without = taken.request();
    without.choices.snapshot.clear();
    CHECK(paths(*pipeline::prepare_files(std::move(without)).map(pipeline::before)) ==
          std::vector<std::string>{"1.sql", "2.sql", "3.sql"});
}
