# frozen_string_literal: true

class Rows < ActiveRecord::Migration[6.1]
  class Role < ActiveRecord::Base
    self.table_name = "app_roles"
  end

  class Person < ActiveRecord::Base
  end

  def up
    add_column :app_roles, :level, :integer
    Role.where(name: nil).update_all(level: 3)
    Role.where(name: %w[a b], level: 1).update_all(level: nil)
    Role.where.not(name: "c").where("level > 3").delete_all
    Role.where.not(name: %w[d e], level: 2).where.not(level: [1, 2]).where.not(level: nil).delete_all
    Role.update_all("level = level + 1")
    Person.where(age: 3).delete_all
    Person.where("age IS NULL").update_all(age: 18, adult: true)
    say_with_time("people") { Person.unscoped.update_all(age: 20) }
    Person.connection.execute("ANALYZE people")
  end
end
