#include "extract/elixir/ecto_runner.h"

#include <algorithm>

namespace pgfence::extract {

std::size_t EctoRunner::add(Value sql, bool written, ByteRange place) {
    std::vector<std::string> hangs_on = inherited_;
    hangs_on.insert(hangs_on.end(), in_block_hangs_.begin(), in_block_hangs_.end());
    commands_.push_back({units_++, std::move(sql), written, place, columns_, std::move(hangs_on)});
    return commands_.size() - 1;
}

void EctoRunner::queue(Value sql, bool written, ByteRange place) {
    queue_.push_back(add(std::move(sql), written, place));
}

void EctoRunner::queue_code(const Value& code, ByteRange place) { queue_.push_back(add(code, false, place)); }

void EctoRunner::send(Value sql, bool written, ByteRange place) {
    order_.push_back(add(std::move(sql), written, place));
}

void EctoRunner::flush(const std::function<void(const Value&, ByteRange)>& run) {
    const std::vector<std::size_t> queued = std::exchange(queue_, {});
    for (const std::size_t one : queued) {
        if (!commands_[one].sql.is(Value::Kind::code)) {
            order_.push_back(one);
            continue;
        }
        const Value code = commands_[one].sql;
        inherited_ = commands_[one].hangs_on;
        run(code, commands_[one].place);
        inherited_.clear();
    }
}

void EctoRunner::hangs(std::size_t from, std::size_t to, const std::string& what) {
    if (from >= to) return;
    for (auto command = commands_.rbegin(); command != commands_.rend() && command->unit >= from; ++command)
        if (command->unit < to) command->hangs_on.push_back(what);
    // Columns of a block that is not closed yet.
    if (from >= block_from_ && (commands_.empty() || commands_.back().unit < block_from_))
        in_block_hangs_.push_back(what);
}

void EctoRunner::for_rows(std::size_t from) {
    for (auto command = commands_.rbegin(); command != commands_.rend() && command->unit >= from; ++command)
        command->for_rows = true;
}

void EctoRunner::subcommand(ByteRange place) {
    ++units_;
    columns_.push_back(place);
}

void EctoRunner::mark(ByteRange lines, const std::string& mark) {
    const auto stands_there = [&](ByteRange place) { return place.begin >= lines.begin && place.begin < lines.end; };
    for (Command& command : commands_)
        if (stands_there(command.place) || (command.columns.size() == 1 && stands_there(command.columns.front())))
            command.marks.push_back(mark);
}

void EctoRunner::finish() {
    for (const std::size_t one : queue_)
        out_.unread(commands_[one].place, "a command of a function that execute runs",
                    "Ecto queues it when the last flush has begun: it is never run");
    for (const std::size_t one : order_) {
        Command& command = commands_[one];
        const std::size_t before = out_.sent();
        if (command.written)
            out_.written(command.sql, command.place);
        else
            out_.made(command.sql.text, command.place, command.sql.placeholders);
        for (const std::string& what : command.hangs_on) out_.depends(before, what);
        for (const std::string& mark : command.marks) out_.mark(before, mark);
        if (command.for_rows) out_.for_rows(before);
    }
}

}  // namespace pgfence::extract
