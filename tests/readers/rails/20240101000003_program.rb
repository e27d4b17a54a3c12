# frozen_string_literal: true

class Program < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  INDEXES = { users: [:name, :email], orders: %w[code] }.freeze
  FUNCTION = <<~SQL
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$
  SQL

  def change
    return if Rails.env.production? && false

    INDEXES.each do |table, columns|
      columns.each { |column| add_index table, column, algorithm: :concurrently }
    end
    remove_index :users, :age, algorithm: :concurrently
    reversible do |dir|
      dir.up { execute FUNCTION }
      dir.down { execute "DROP FUNCTION f()" }
    end
    safety_assured do
      execute <<-SQL.squish
        UPDATE users
        SET name = 'x'
        WHERE name IS NULL
      SQL
      add_helper_column(:users)
      add_helper_column :orders, kind: :bigint
    end
    up_only { execute "ANALYZE users" } if false
    %w[a b].each_with_index { |name, i| execute("INSERT INTO t VALUES ('#{name}', #{i})") }
    ActiveRecord::Base.connection.execute("DELETE FROM sessions " \
                                          "WHERE user_id IS NULL")
    unless false
      connection.execute('SELECT 1')
    else
      drop_table :never
    end
    2.times { |n| execute "SELECT " + n.to_s }
    # drop_table :users
  end

  private

  def add_helper_column(table, kind: :integer)
    add_column table, :helper, kind
  end
end

module Rails
  def self.env = Struct.new(:name) { def production? = false }.new("test")
end
