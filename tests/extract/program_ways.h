#pragma once
// Programs that reach an operation, written in every way and at every place that Rails, Sequel, Alembic, Ecto and
// Django allow; their twins are harmless.

#include <string>
#include <vector>

namespace pgfence::test {

/// Code with "HERE" where a statement stands, on a line of its own with its indentation.
struct ProgramFrame {
    std::string name, code;
};

/// A way drops the table users; a twin drops nothing.
const std::vector<ProgramFrame>& rails_places();
const std::vector<std::string>& rails_ways();
const std::vector<std::string>& rails_twins();

const std::vector<ProgramFrame>& sequel_places();
const std::vector<std::string>& sequel_ways();
const std::vector<std::string>& sequel_twins();

const std::vector<ProgramFrame>& alembic_places();
const std::vector<std::string>& alembic_ways();
const std::vector<std::string>& alembic_twins();

const std::vector<ProgramFrame>& ecto_places();
const std::vector<std::string>& ecto_ways();
const std::vector<std::string>& ecto_twins();

/// Whole programs.
const std::vector<std::string>& django_ways();
const std::vector<std::string>& django_twins();

}  // namespace pgfence::test
