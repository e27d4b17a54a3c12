#pragma once
// Migrations that are programs, around what a test is about.

#include <string>

#include "extract/extract.h"

namespace pgfence::test {

inline Script read(const std::string& path, const std::string& text, extract::Memory& memory) {
    MigrationFile file;
    file.path = path;
    file.text = text;
    return extract::script(file, {}, memory);
}

inline Script read(const std::string& path, const std::string& text) {
    extract::Memory memory;
    return read(path, text, memory);
}

inline std::string alembic(const std::string& body) {
    return "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'a'\n\n\ndef upgrade():\n" + body;
}

inline std::string rails(const std::string& body) {
    return "class A < ActiveRecord::Migration[7.1]\n  def change\n" + body + "  end\nend\n";
}

inline std::string django(const std::string& operations) {
    return "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    operations = "
           "[\n" +
           operations + "    ]\n";
}

inline std::string unread_of(const Script& script) {
    std::string all;
    for (const Unread& unread : script.unread) all += (all.empty() ? "" : "; ") + unread.what;
    return all;
}

}  // namespace pgfence::test
