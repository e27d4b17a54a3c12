#include "extract/replacement.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace pgfence::extract {
namespace {

std::uint32_t narrow(std::size_t offset) { return static_cast<std::uint32_t>(offset); }

class Rewriter {
public:
    explicit Rewriter(Script& script) : script_(script), text_(std::exchange(script.sql, {})) {}

    void put(Replacement& one) {
        if (one.begin < at_ || one.end < one.begin || one.end > text_.size()) return;
        keep(one.begin);
        const std::uint32_t offset = narrow(script_.sql.size());
        pieces_.push_back({offset, narrow(one.begin), narrow(one.text.size()), narrow(one.end - one.begin)});
        for (Uncertainty& uncertainty : one.uncertainties)
            uncertainties_.push_back(
                {offset + uncertainty.begin, offset + uncertainty.end, std::move(uncertainty.what)});
        script_.sql += one.text;
        at_ = one.end;
    }

    void finish() {
        keep(text_.size());
        for (Uncertainty& uncertainty : script_.uncertainties)
            uncertainties_.push_back(
                {moved(uncertainty.begin, false), moved(uncertainty.end, true), std::move(uncertainty.what)});
        std::stable_sort(uncertainties_.begin(), uncertainties_.end(),
                         [](const Uncertainty& a, const Uncertainty& b) { return a.begin < b.begin; });
        script_.uncertainties = std::move(uncertainties_);
        script_.map = SourceMap(std::move(pieces_));
    }

private:
    void keep(std::size_t end) {
        pieces_.push_back({narrow(script_.sql.size()), narrow(at_), narrow(end - at_)});
        script_.sql += std::string_view(text_).substr(at_, end - at_);
        at_ = end;
    }

    /// Where a byte of the file is now; of one that was replaced, where what stands for it begins or ends.
    std::uint32_t moved(std::uint32_t offset, bool is_end) const {
        const auto after =
            std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                             [](std::uint32_t wanted, const SourceMap::Piece& piece) { return wanted < piece.file; });
        if (after == pieces_.begin()) return offset;
        const SourceMap::Piece& piece = *std::prev(after);
        if (piece.stands_for) return piece.sql + (is_end && offset > piece.file ? piece.length : 0);
        return piece.sql + std::min(offset - piece.file, piece.length);
    }

    Script& script_;
    std::string text_;
    std::size_t at_ = 0;
    std::vector<SourceMap::Piece> pieces_;
    std::vector<Uncertainty> uncertainties_;
};

}  // namespace

void replace(Script& script, Replacements replacements) {
    if (replacements.empty()) return;
    std::stable_sort(replacements.begin(), replacements.end(),
                     [](const Replacement& a, const Replacement& b) { return a.begin < b.begin; });
    Rewriter rewriter(script);
    for (Replacement& one : replacements) rewriter.put(one);
    rewriter.finish();
}

}  // namespace pgfence::extract
