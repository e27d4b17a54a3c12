#include "extract/python/package_types.h"

#include <array>

namespace pgfence::extract {
namespace {

struct Known {
    std::string_view package, name, base;
};
// Held against the packages themselves by tools/readers/packages: what Django 3.2, SQLAlchemy 1.4 and Alembic send for
// the class is what is read here. Not run but read in the package's source: advanced_alchemy, easy_thumbnails,
// fastapi_users_db_sqlalchemy, filer, wagtail.
// clang-format off
constexpr std::array kFields{
    Known{"annoying", "AutoOneToOneField", "OneToOneField"}, Known{"autoslug", "AutoSlugField", "SlugField"},
    Known{"bitfield", "BitField", "BigIntegerField"}, Known{"ckeditor", "RichTextField", "TextField"},
    Known{"ckeditor_uploader", "RichTextUploadingField", "TextField"}, Known{"colorfield", "ColorField", "CharField"},
    Known{"django_ckeditor_5", "CKEditor5Field", "TextField"}, Known{"django_countries", "CountryField", "CharField"},
    Known{"django_extensions", "AutoSlugField", "SlugField"},
    Known{"django_extensions", "CreationDateTimeField", "DateTimeField"},
    Known{"django_extensions", "ModificationDateTimeField", "DateTimeField"},
    Known{"django_fsm", "FSMField", "CharField"},
    Known{"django_fsm", "FSMIntegerField", "IntegerField"}, Known{"django_fsm", "FSMKeyField", "ForeignKey"},
    Known{"django_userforeignkey", "UserForeignKey", "ForeignKey"}, Known{"djmoney", "CurrencyField", "CharField"},
    Known{"djmoney", "MoneyField", "DecimalField"}, Known{"easy_thumbnails", "ThumbnailerField", "FileField"},
    Known{"easy_thumbnails", "ThumbnailerImageField", "ImageField"}, Known{"enumfields", "EnumField", "CharField"},
    Known{"enumfields", "EnumIntegerField", "IntegerField"}, Known{"filer", "FilerFileField", "ForeignKey"},
    Known{"filer", "FilerImageField", "ForeignKey"}, Known{"imagekit", "ProcessedImageField", "ImageField"},
    Known{"markdownx", "MarkdownxField", "TextField"}, Known{"martor", "MartorField", "TextField"},
    Known{"model_utils", "AutoCreatedField", "DateTimeField"},
    Known{"model_utils", "AutoLastModifiedField", "DateTimeField"},
    Known{"model_utils", "MonitorField", "DateTimeField"}, Known{"model_utils", "StatusField", "CharField"},
    Known{"mptt", "TreeForeignKey", "ForeignKey"}, Known{"mptt", "TreeManyToManyField", "ManyToManyField"},
    Known{"mptt", "TreeOneToOneField", "OneToOneField"}, Known{"multiselectfield", "MultiSelectField", "CharField"},
    Known{"phonenumber_field", "PhoneNumberField", "CharField"}, Known{"picklefield", "PickledObjectField", "TextField"},
    Known{"recurrence", "RecurrenceField", "TextField"}, Known{"smart_selects", "ChainedForeignKey", "ForeignKey"},
    Known{"smart_selects", "ChainedManyToManyField", "ManyToManyField"},
    Known{"smart_selects", "GroupedForeignKey", "ForeignKey"}, Known{"tinymce", "HTMLField", "TextField"},
    Known{"versatileimagefield", "PPOIField", "CharField"},
    Known{"versatileimagefield", "VersatileImageField", "ImageField"}, Known{"wagtail", "RichTextField", "TextField"},
};
/// They hand their arguments on.
constexpr std::array kTypes{
    Known{"advanced_alchemy", "GUID", "UUID"}, Known{"fastapi_users_db_sqlalchemy", "GUID", "UUID"},
    Known{"fastapi_users_db_sqlalchemy", "TIMESTAMPAware", "TIMESTAMP"}, Known{"fastapi_utils", "GUID", "UUID"},
    Known{"sqlalchemy_utils", "ArrowType", "DateTime"}, Known{"sqlalchemy_utils", "EncryptedType", "LargeBinary"},
    Known{"sqlalchemy_utils", "JSONType", "JSON"}, Known{"sqlalchemy_utils", "PasswordType", "LargeBinary"},
    Known{"sqlalchemy_utils", "ScalarListType", "Text"}, Known{"sqlalchemy_utils", "URLType", "Text"},
    Known{"sqlmodel", "AutoString", "String"}, Known{"sqlmodel", "GUID", "UUID"},
};
// clang-format on

std::string_view package_of(std::string_view path) { return path.substr(0, path.find('.')); }

template <std::size_t n>
std::string_view base_of(const std::array<Known, n>& all, std::string_view path) {
    const std::string_view name = path.substr(path.rfind('.') + 1);
    for (const Known& one : all)
        if (one.package == package_of(path) && one.name == name) return one.base;
    return {};
}

}  // namespace

std::string_view django_base(std::string_view path) { return base_of(kFields, path); }

bool writes_null_as_empty(std::string_view path) {
    return package_of(path) == "multiselectfield" && !django_base(path).empty();
}

std::optional<Value> sqlalchemy_type(const Value& type) {
    std::string_view path = type.text;
    if (!type.is(Value::Kind::path)) return std::nullopt;
    if (path.ends_with("()")) path.remove_suffix(2);
    const std::string_view base = path.find('(') == path.npos ? base_of(kTypes, path) : std::string_view();
    if (base.empty()) return std::nullopt;
    Call call = type.call ? *type.call : Call();
    call.path = "sqlalchemy." + std::string(base);
    return result_of(std::move(call));
}

}  // namespace pgfence::extract
