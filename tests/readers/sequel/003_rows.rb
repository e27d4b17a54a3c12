# frozen_string_literal: true

Sequel.migration do
  rows = [["a", 1], ["b", 2]]
  states = {"old" => "open", "gone" => "closed"}

  up do
    from(:readers).where(active: false).update(state: "closed", hits: Sequel[:hits] + 1)
    self[:readers].exclude(name: %w[x y], age: nil).delete
    from(:readers).where { (age > 3) & (born =~ nil) }.update(seen_at: Sequel::CURRENT_TIMESTAMP)
    from(:readers).where(id: from(:loans).select(:reader_id).where(place: nil)).update(credit: 0)
    from(:readers).where(Sequel.like(:email, "%@example.org")).or(name: "z").delete
    from(:readers, :loans).where(Sequel[:readers][:id] => Sequel[:loans][:reader_id]).update(hits: 1)
    rows.each { |name, age| from(:readers).insert(name: name, age: age) }
    from(:readers).insert([:name, :age], from(:others).select(:name, :age))
    from(:readers).multi_insert([{name: "c", age: 3}, {name: "d", age: 4}])
    from(:readers).import([:name, :age], rows)
    from(:readers).insert_conflict(target: :name, update: {age: Sequel[:excluded][:age]}).insert(name: "e", age: 5)
    from(:readers).insert_ignore.insert(name: "f")
    states.each_pair { |old, new| from(:readers).where(notes: old).update(notes: new) }
    from(:log).truncate
    from(:readers).where(Sequel.lit("age = ? OR name IN ?", 4, %w[p q])).update(notes: Sequel.case({{age: 4} => "four"}, "no"))
    from(:readers).where(Sequel.~(state: "open")).where(age: 1...5).update(lang: Sequel.join([:name, "!"]), code: nil)
    self["UPDATE readers SET age = ?", 7].update
    fetch("DELETE FROM log WHERE day < now()").all
    from(Sequel[:archive][:loans]).with(:old, from(:readers).select(:id)).where(reader_id: from(:old).select(:id)).delete
    run <<~SQL
      UPDATE readers
      SET notes = 'x'
    SQL
    transaction do
      from(:readers).where(Sequel[:readers][:age] < 0).update(age: 0)
    end
  end

  down {}
end
